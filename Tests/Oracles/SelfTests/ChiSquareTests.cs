using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

public sealed class ChiSquareTests
{
    // Percentage points of the chi-square distribution, as every table prints them.
    [TestCase(1, 3.841, 0.05)]
    [TestCase(1, 6.635, 0.01)]
    [TestCase(2, 5.991, 0.05)]
    [TestCase(5, 1.145, 0.95)]
    [TestCase(10, 18.307, 0.05)]
    [TestCase(10, 2.558, 0.99)]
    [TestCase(30, 50.892, 0.01)]
    [TestCase(100, 124.342, 0.05)]
    [TestCase(100, 77.929, 0.95)]
    public void UpperTailAgreesWithTheTables(int degreesOfFreedom, double point, double expected)
        => Assert.That(ChiSquare.UpperTail(point, degreesOfFreedom), Is.EqualTo(expected).Within(0.0005 * expected));

    [TestCase(0.1)]
    [TestCase(3.0)]
    [TestCase(12.0)]
    [TestCase(80.0)]
    public void UpperTailForEvenDegreesIsAPoissonSum(double x)
    {
        // P(X ≥ x) with 2m degrees = e^(−x/2) Σ_{k<m} (x/2)^k / k!
        double term = Math.Exp(-x / 2);
        double sum = 0;
        for (int m = 1; m <= 40; m++)
        {
            sum += term;
            term *= x / 2 / m;
            Assert.That(ChiSquare.UpperTail(x, 2 * m), Is.EqualTo(sum).Within(1e-13));
        }
    }

    [Test]
    public void UpperTailIsOneHalfNearTheMedianOfManyDegrees()
    {
        // Wilson and Hilferty 1931: the median is close to n (1 − 2/(9n))³.
        const int Degrees = 9312;
        double median = Degrees * Math.Pow(1 - (2 / (9.0 * Degrees)), 3);
        Assert.That(ChiSquare.UpperTail(median, Degrees), Is.EqualTo(0.5).Within(1e-4));
    }

    [Test]
    public void StatisticOfADieIsTheTextbooksOne()
    {
        // 120 throws, 20 expected each: (25 + 9 + 0 + 4 + 1 + 1) / 20 … = 2.
        ChiSquare result = ChiSquare.Test([25, 17, 20, 18, 21, 19], [.. Enumerable.Repeat(1 / 6.0, 6)]);
        Assert.That(result.Statistic, Is.EqualTo(2).Within(1e-12));
        Assert.That(result.DegreesOfFreedom, Is.EqualTo(5));
        Assert.That(result.PValue, Is.EqualTo(0.84915).Within(5e-5));
    }

    [Test]
    public void SmallCellsArePooledAndThePoolIsFilledUp()
    {
        // Expected of 100: 60, 30, 6, 2, 2. The small ones hold 4, so the pool takes the 6 as well.
        ChiSquare result = ChiSquare.Test([60, 30, 5, 3, 2], [0.6, 0.3, 0.06, 0.02, 0.02]);
        Assert.That(result.DegreesOfFreedom, Is.EqualTo(2));
        Assert.That(result.Statistic, Is.Zero.Within(1e-12));
    }

    [Test]
    public void AnImpossibleObservationIsRejectedWhateverTheRestLooksLike()
        => Assert.That(ChiSquare.Test([5000, 5000, 1], [0.5, 0.5, 0]).PValue, Is.Zero);

    [Test]
    public void PValuesOfRightCountsAreUniformAndThoseOfWrongOnesVanish()
    {
        double[] right = [0.4, 0.3, 0.2, 0.1];
        double[] wrong = [0.42, 0.28, 0.2, 0.1];
        Random random = new(7);
        List<double> pValues = [];
        double worst = 0;
        for (int trial = 0; trial < 400; trial++)
        {
            long[] counts = new long[4];
            for (int draw = 0; draw < 10_000; draw++)
            {
                double u = random.NextDouble();
                counts[u < 0.4 ? 0 : u < 0.7 ? 1 : u < 0.9 ? 2 : 3]++;
            }

            pValues.Add(ChiSquare.Test(counts, right).PValue);
            worst += ChiSquare.Test(counts, wrong).PValue / 400;
        }

        // Kolmogorov and Smirnov at the 0.1 % level: 1.95 / √400.
        pValues.Sort();
        Assert.That(pValues.Select((p, i) => Math.Abs(p - ((i + 0.5) / 400))).Max(), Is.LessThan(1.95 / 20));
        Assert.That(worst, Is.LessThan(0.05));
    }
}
