using NUnit.Framework;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Sampling;

public sealed class SamplerTests
{
    /// <summary>The whole chain against a plain implementation of the same rules that was written separately.</summary>
    [Test]
    public void EveryChainHasTheProbabilitiesOfTheNaiveOne()
    {
        var random = new Random(12);
        T Pick<T>(params T[] values) => values[random.Next(values.Length)];
        for (int round = 0; round < 3_000; round++)
        {
            int vocabulary = random.Next(1, 60);
            float[] logits = [.. Enumerable.Range(0, vocabulary + 3).Select(_ => (float)((random.NextDouble() - 0.5) * 12))];
            int[] prompt = [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(vocabulary))];
            int[] generated = [.. Enumerable.Range(0, random.Next(0, 8)).Select(_ => random.Next(vocabulary))];
            var options = new SamplingOptions
            {
                Temperature = Pick(0, 0.3, 1, 2),
                TopK = Pick(0, 1, 5, 100),
                TopP = Pick(1, 0.9, 0.31),
                MinP = Pick(0, 0.07, 1),
                RepetitionPenalty = Pick(1, 1.3, 0.8),
                PresencePenalty = Pick(0, 0.9, -0.4),
                FrequencyPenalty = Pick(0, 0.45),
                LogitBias = Pick(new(), new Dictionary<int, double> { [random.Next(vocabulary)] = Pick(4, -4) }),
            };
            var history = new TokenHistory(prompt);
            Array.ForEach(generated, history.Add);

            double[] actual = new Sampler(options, vocabulary).Probabilities(logits, history);

            double[] expected = new NaiveSampler
            {
                Temperature = options.Temperature,
                TopK = options.TopK,
                TopP = options.TopP,
                MinP = options.MinP,
                RepetitionPenalty = options.RepetitionPenalty,
                PresencePenalty = options.PresencePenalty,
                FrequencyPenalty = options.FrequencyPenalty,
                LogitBias = options.LogitBias,
            }.Probabilities([.. logits.Take(vocabulary).Select(l => (double)l)], prompt, generated);

            // Penalties are applied in float32 here: an error of 1e-6 in a logit is one of 1e-5 in a probability at T = 0.3.
            Assert.That(actual, Is.EqualTo(expected).Within(1e-5), options.ToString());
        }
    }

    /// <summary>
    /// The official code sorts descending and applies the rule for ascending order: at 0.9 it would delete the head of a
    /// flat distribution and never its tail.
    /// </summary>
    [Test]
    public void TopPKeepsTheHeadAndCutsTheTail()
    {
        // Twenty tokens of 0.0475 and one of 0.05: no token reaches 1 - 0.9 by itself.
        float[] logits = [.. Enumerable.Range(0, 21).Select(i => (float)Math.Log(i == 7 ? 0.05 : 0.0475))];

        double[] kept = new Sampler(new SamplingOptions { TopP = 0.9 }, 21).Probabilities(logits, new TokenHistory([]));

        Assert.That(kept[7], Is.EqualTo(0.05 / (0.05 + (18 * 0.0475))).Within(1e-6), "the most probable token stays");
        Assert.That(kept.Count(p => p > 0), Is.EqualTo(19), "0.05 + 18 · 0.0475 = 0.905 is the first mass of at least 0.9");
        Assert.That(kept[19] + kept[20], Is.Zero, "the tail goes, higher ids first among equals");
    }

    [Test]
    public void SamplesHaveTheProbabilities()
    {
        float[] logits = [1, 0, -1, 2, 0.5f];
        long[] counts = new long[5];
        for (int seed = 0; seed < 100_000; seed++)
        {
            counts[new Sampler(new SamplingOptions { Seed = (ulong)seed, TopP = 0.97 }, 5).Sample(logits, new TokenHistory([1]))]++;
        }

        double[] expected = new Sampler(new SamplingOptions { TopP = 0.97 }, 5).Probabilities(logits, new TokenHistory([1]));
        Assert.That(ChiSquare.Test(counts, expected).PValue, Is.GreaterThan(0.001));
    }

    [Test]
    public void TemperatureZeroTakesTheLowestOfEqualTokens()
        => Assert.That(
            new Sampler(new SamplingOptions { Temperature = 0 }, 4).Sample([1, 3, 3, 2], new TokenHistory([])), Is.EqualTo(1));

    [Test]
    public void PaddingIsNeverChosen()
    {
        var sampler = new Sampler(new SamplingOptions { Temperature = 0 }, 2);
        Assert.That(sampler.Sample([1, 0, 100, 100], new TokenHistory([])), Is.Zero);
    }

    [Test]
    public void BrokenLogitsAreReportedNotSampled()
    {
        var sampler = new Sampler(new SamplingOptions(), 3);
        Assert.That(() => sampler.Sample([1, float.NaN, 0], new TokenHistory([5])), Throws.TypeOf<InvalidLogitsException>().With.Message.Contains("token 1"));
        Assert.That(() => sampler.Sample([1, float.PositiveInfinity, 0], new TokenHistory([])), Throws.TypeOf<InvalidLogitsException>());
        var forbidding = new Sampler(
            new SamplingOptions { LogitBias = new Dictionary<int, double> { [0] = double.NegativeInfinity } }, 1);
        Assert.That(() => forbidding.Sample([1], new TokenHistory([])), Throws.TypeOf<InvalidLogitsException>().With.Message.Contains("forbidden"));
    }
}
