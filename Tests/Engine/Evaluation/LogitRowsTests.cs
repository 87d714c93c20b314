using NUnit.Framework;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Evaluation;

/// <summary>Sums of a few hundred terms of like sign in double precision: 1e-12 leaves room for either side's rounding.</summary>
public sealed class LogitRowsTests
{
    private const double Tolerance = 1e-12;

    [Test]
    public void LossAndDivergenceAreThoseOfTheDefinitions([Values(1, 2, 97, 500)] int vocabulary, [Values(0.1, 3, 30)] double deviation)
    {
        (float[] p, float[] q) = (Row(vocabulary, deviation, 1), Row(vocabulary, deviation, 2));
        double[] logP = NaivePerplexity.LogSoftmax([.. p.Select(x => (double)x)]);
        double[] logQ = NaivePerplexity.LogSoftmax([.. q.Select(x => (double)x)]);
        for (int token = 0; token < vocabulary; token++)
        {
            Assert.That(LogitRows.Loss(p, token), Is.EqualTo(-logP[token]).Within(Tolerance));
        }

        Assert.That(LogitRows.Divergence(p, q), Is.EqualTo(NaivePerplexity.Divergence(logP, logQ, vocabulary)).Within(Tolerance));
        Assert.That(LogitRows.Divergence(p, p), Is.Zero);
    }

    [Test]
    public void LargeLogitsDoNotOverflow()
    {
        Assert.That(LogitRows.Loss([1e30f, 0], 0), Is.Zero);
        Assert.That(LogitRows.Loss([5000, 2000], 1), Is.EqualTo(3000).Within(Tolerance));
        Assert.That(LogitRows.Divergence([5000, 2000], [2000, 5000]), Is.EqualTo(3000).Within(1e-9));
        Assert.That(LogitRows.Divergence([-5000, -5000], [5000, 5000]), Is.Zero);
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public void ALogitThatIsNoNumberLeavesNoLoss(float logit)
    {
        Assert.That(LogitRows.Loss([1, logit, 0], 0), Is.NaN);
        Assert.That(LogitRows.FirstNotFinite([1, logit, 0]), Is.EqualTo(1));
        Assert.That(LogitRows.FirstNotFinite([1, float.MaxValue]), Is.EqualTo(-1));
    }

    [Test]
    public void TheTopTokenIsTheFirstOfEquals() => Assert.That(LogitRows.Top([1, 3, 3, 2]), Is.EqualTo(1));

    /// <summary>By sorting pairs, with ties, and against the target's own ranking, which covers the most there is.</summary>
    [Test]
    public void CoverageIsThatOfTheDefinition([Values(1, 7, 97)] int vocabulary, [Values(0, 0.6, 1)] double temperature, [Values] bool hasTies)
    {
        float[] target = Row(vocabulary, 2, 3);
        float[] draft = [.. Row(vocabulary, 2, 4).Select(logit => hasTies ? MathF.Round(logit) : logit)];
        int[] ranks = [1, 2, 5, 50, 200];
        double[] masses = new double[ranks.Length];
        LogitRows.Coverage(target, draft, temperature, ranks, masses);

        double[] weights = [.. target.Select(logit => temperature > 0 ? Math.Exp(((double)logit - target.Max()) / temperature) : logit == target.Max() ? 1.0 : 0)];
        int[] order = [.. Enumerable.Range(0, vocabulary).OrderByDescending(token => draft[token]).ThenBy(token => token)];
        int[] best = [.. Enumerable.Range(0, vocabulary).OrderByDescending(token => target[token])];
        for (int i = 0; i < ranks.Length; i++)
        {
            double Mass(int[] tokens) => tokens.Take(ranks[i]).Sum(token => weights[token]) / weights.Sum();
            Assert.That(masses[i], Is.EqualTo(Mass(order)).Within(Tolerance));
            Assert.That(masses[i], Is.LessThanOrEqualTo(Mass(best) + Tolerance));
        }
    }

    private static float[] Row(int vocabulary, double deviation, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(deviation * ((4 * random.NextDouble()) - 2)))];
    }
}
