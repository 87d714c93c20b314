using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

/// <summary>Each rule on numbers that can be checked by hand.</summary>
public sealed class NaiveSamplerTests
{
    /// <summary>Logits whose softmax is .4 .3 .2 .1.</summary>
    private static readonly double[] Tenths = [.. new[] { 0.4, 0.3, 0.2, 0.1 }.Select(p => Math.Log(p))];

    [Test]
    public void WithNothingSetItIsSoftmax() => Expect(new NaiveSampler(), [0.4, 0.3, 0.2, 0.1]);

    [Test]
    public void TemperatureOneHalfSquaresProbabilities()
        => Expect(new NaiveSampler { Temperature = 0.5 }, [16 / 30.0, 9 / 30.0, 4 / 30.0, 1 / 30.0]);

    [Test]
    public void TemperatureZeroTakesTheGreatestAndOnTiesTheLowestId()
        => Assert.That(
            new NaiveSampler { Temperature = 0, TopK = 3, TopP = 0.1, MinP = 1 }.Probabilities([1, 2, 2, 0], [], []),
            Is.EqualTo(new double[] { 0, 1, 0, 0 }));

    [Test]
    public void TopKKeepsTheMostProbable() => Expect(new NaiveSampler { TopK = 2 }, [4 / 7.0, 3 / 7.0, 0, 0]);

    [Test]
    public void TopKPrefersLowerIdsAmongEquals()
        => Assert.That(new NaiveSampler { TopK = 2 }.Probabilities([0, 5, 0, 0], [], [])[0], Is.GreaterThan(0));

    [TestCase(0.01, new[] { 1.0, 0, 0, 0 })]
    [TestCase(0.39, new[] { 1.0, 0, 0, 0 })]
    [TestCase(0.41, new[] { 4 / 7.0, 3 / 7.0, 0, 0 })]
    [TestCase(0.69, new[] { 4 / 7.0, 3 / 7.0, 0, 0 })]
    [TestCase(0.71, new[] { 4 / 9.0, 3 / 9.0, 2 / 9.0, 0 })]
    [TestCase(0.91, new[] { 0.4, 0.3, 0.2, 0.1 })]
    public void TopPKeepsTheFewestWhoseMassReachesP(double topP, double[] expected) => Expect(new NaiveSampler { TopP = topP }, expected);

    [Test]
    public void TopPReachedExactlyNeedsNoFurtherToken()
        => Assert.That(
            new NaiveSampler { TopP = 0.5 }.Probabilities([0, 0], [], []), Is.EqualTo(new double[] { 1, 0 }));

    [TestCase(0.24, new[] { 0.4, 0.3, 0.2, 0.1 })]
    [TestCase(0.26, new[] { 4 / 9.0, 3 / 9.0, 2 / 9.0, 0 })]
    [TestCase(0.76, new[] { 1.0, 0, 0, 0 })]
    [TestCase(1.0, new[] { 1.0, 0, 0, 0 })]
    public void MinPIsRelativeToTheMostProbable(double minP, double[] expected) => Expect(new NaiveSampler { MinP = minP }, expected);

    [Test]
    public void TopPSeesWhatTopKLeftRenormalised()
    {
        // .4 .3 .2 renormalise to .444 .333 .222: two of them reach .75, while of the original four it took three.
        Expect(new NaiveSampler { TopK = 3, TopP = 0.75 }, [4 / 7.0, 3 / 7.0, 0, 0]);
        Expect(new NaiveSampler { TopP = 0.75 }, [4 / 9.0, 3 / 9.0, 2 / 9.0, 0]);
    }

    [Test]
    public void FiltersSeeProbabilitiesAfterTemperature()
        => Expect(new NaiveSampler { Temperature = 0.5, TopP = 0.5 }, [1, 0, 0, 0]);

    [Test]
    public void LogitBiasIsAdded()
        => Expect(new NaiveSampler { LogitBias = new Dictionary<int, double> { [3] = Math.Log(7) } }, [4 / 16.0, 3 / 16.0, 2 / 16.0, 7 / 16.0]);

    [Test]
    public void RepetitionPenaltyDividesPositiveAndMultipliesNegativeLogitsOncePerToken()
    {
        NaiveSampler sampler = new() { RepetitionPenalty = 2 };
        double[] actual = sampler.Probabilities([4, -1, 0, 1], prompt: [0, 0, 1], generated: [1, 0]);
        Assert.That(actual, Is.EqualTo(Softmax(2, -2, 0, 1)).Within(1e-15));
    }

    [Test]
    public void FrequencyAndPresencePenaltiesCountGeneratedTokensOnly()
    {
        NaiveSampler sampler = new() { FrequencyPenalty = 0.5, PresencePenalty = 0.25 };
        double[] actual = sampler.Probabilities([1, 1, 1, 1], prompt: [0, 0, 3], generated: [1, 2, 1]);
        Assert.That(actual, Is.EqualTo(Softmax(1, -0.25, 0.25, 1)).Within(1e-15));
    }

    [Test]
    public void TheRepetitionPenaltyComesFirstThenTheOthersThenTheBias()
    {
        NaiveSampler sampler = new()
        {
            LogitBias = new Dictionary<int, double> { [0] = 4 },
            RepetitionPenalty = 2,
            FrequencyPenalty = 1,
        };

        // −1 · 2 − 1 + 4 = 1; with the bias first it would be (−1 + 4) / 2 − 1 = 0.5, with the others first (−1 − 1) · 2 + 4 = 0.
        Assert.That(sampler.Probabilities([-1, 0], [], [0]), Is.EqualTo(Softmax(1, 0)).Within(1e-15));
    }

    private static void Expect(NaiveSampler sampler, double[] expected)
        => Assert.That(sampler.Probabilities(Tenths, [], []), Is.EqualTo(expected).Within(1e-15));

    private static double[] Softmax(params double[] logits)
        => [.. logits.Select(x => Math.Exp(x) / logits.Sum(Math.Exp))];
}
