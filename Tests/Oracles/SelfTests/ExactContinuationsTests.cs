using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

public sealed class ExactContinuationsTests
{
    [Test]
    public void PairsHaveTheProductOfTheirProbabilities()
    {
        // A coin whose second toss repeats the first with probability 3/4.
        ExactContinuations coin = ExactContinuations.Of(Toss);
        Assert.That(coin.Probabilities[coin.CellOf(0, 0)], Is.EqualTo(0.6 * 0.75));
        Assert.That(coin.Probabilities[coin.CellOf(0, 1)], Is.EqualTo(0.6 * 0.25));
        Assert.That(coin.Probabilities[coin.CellOf(1, 0)], Is.EqualTo(0.4 * 0.25));
        Assert.That(coin.Probabilities[coin.CellOf(1, 1)], Is.EqualTo(0.4 * 0.75));
        Assert.That(coin.Probabilities.Sum(), Is.EqualTo(1).Within(1e-15));
    }

    [Test]
    public void AStopTokenEndsTheTextAfterOneToken()
    {
        ExactContinuations coin = ExactContinuations.Of(Toss, stopTokens: 1);
        Assert.That(coin.Probabilities[coin.CellOf(1)], Is.EqualTo(0.4));
        Assert.That(coin.Probabilities[coin.CellOf(1, 0)] + coin.Probabilities[coin.CellOf(1, 1)], Is.Zero);
        Assert.That(coin.Probabilities.Sum(), Is.EqualTo(1).Within(1e-15));
    }

    [Test]
    public void DrawsFromModelAndSamplerFollowTheExactDistributionAndNotItsNeighbour()
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(
            CheckpointSpec.Variant("Qwen2") with { Vocabulary = 23, EosTokens = [22], GenerationEosTokens = null });
        NaiveTransformer model = NaiveTransformer.Load(checkpoint.Path);
        NaiveSampler sampler = new() { Temperature = 0.8, TopP = 0.9, PresencePenalty = 0.7 };
        int[] prompt = [1, 5, 9];
        ExactContinuations exact = ExactContinuations.Of(model, sampler, prompt);
        ExactContinuations withoutPenalty = ExactContinuations.Of(model, sampler with { PresencePenalty = 0 }, prompt);

        double[][] next = [.. Enumerable.Range(0, 23).Select(
            token => sampler.Probabilities(model.NextLogits([.. prompt, token]), prompt, [token]))];
        double[] first = sampler.Probabilities(model.NextLogits(prompt), prompt, []);
        long[] counts = new long[exact.Probabilities.Length];
        Random random = new(3);
        for (int draw = 0; draw < 100_000; draw++)
        {
            int token = Draw(first, random);
            counts[exact.CellOf(token, Draw(next[token], random))]++;
        }

        Assert.That(ChiSquare.Test(counts, exact.Probabilities).PValue, Is.GreaterThan(0.001));
        Assert.That(ChiSquare.Test(counts, withoutPenalty.Probabilities).PValue, Is.LessThan(1e-6));
    }

    private static double[] Toss(IReadOnlyList<int> generated)
        => generated.Count == 0 ? [0.6, 0.4] : generated[0] == 0 ? [0.75, 0.25] : [0.25, 0.75];

    private static int Draw(double[] probabilities, Random random)
    {
        double u = random.NextDouble();
        int token = 0;
        for (; token < probabilities.Length - 1 && u >= probabilities[token]; token++)
        {
            u -= probabilities[token];
        }

        return token;
    }
}
