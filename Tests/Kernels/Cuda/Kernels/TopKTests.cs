using NUnit.Framework;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Top-k, the fast kernels and the naive one, against a sort and sums in double.</summary>
[Category("Cuda")]
internal sealed class TopKTests
{
    private const float None = float.NegativeInfinity;

    private static readonly int Segment = KernelTable.TopKSegment;

    private static IEnumerable<TestCaseData> All => Cases(TopKKernels.All);

    private static IEnumerable<TestCaseData> Fast => Cases(TopKKernels.Pairs);

    [TestCaseSource(nameof(All))]
    public void ItFindsTheGreatestOfEveryVocabulary(TopKKernels kernels)
    {
        // Odd strides put rows at every alignment; padding behind the vocabulary is NaN.
        AssertExact(kernels, Rows(1, 1, 1), k: 1, temperature: 1);
        AssertExact(kernels, Rows(3, 37, 2), k: 5, temperature: 0.7f);
        AssertExact(kernels, Rows(2, 64, 3), k: 64, temperature: 2);
        AssertExact(kernels, Rows(2, 515, 4), k: 8, temperature: 1);
    }

    /// <summary>A segment that is full, or one short, or followed by a single logit, a quad, a part of one.</summary>
    [TestCaseSource(nameof(Fast))]
    public void ItFindsTheGreatestAroundTheEndsOfSegments(TopKKernels kernels)
    {
        foreach ((int beyond, int k) in new[] { (-1, 1), (0, 32), (1, 7), (4, 128), (6, 3) })
        {
            AssertExact(kernels, Rows(2, Segment + beyond, 20 + beyond), k, temperature: 1);
        }

        AssertExact(kernels, Rows(1, (3 * Segment) - 5, 30), k: 1024, temperature: 0.5f);
        AssertExact(kernels, Rows(1, Segment + 2, 31), k: 129, temperature: 1); // the groups are quads from here on
        AssertExact(kernels, Rows(1, 1024, 32), k: 1024, temperature: 1);
        AssertExact(kernels, Rows(2, 4 * Segment, 33), k: 32, temperature: 1, padding: 0); // all loads are wide
    }

    [TestCaseSource(nameof(All))]
    public void EqualLogitsComeByLowerId(TopKKernels kernels)
    {
        var random = new Random(8);
        AssertExact(kernels, [[.. Enumerable.Range(0, 300).Select(_ => (float)random.Next(-2, 3))]], k: 40, temperature: 1);
        AssertExact(kernels, [[.. Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? 0f : -0f)]], k: 20, temperature: 1);
    }

    [TestCaseSource(nameof(Fast))]
    public void EqualLogitsOfSeveralSegmentsComeByLowerId(TopKKernels kernels)
    {
        int vocabulary = (2 * Segment) + 100;
        float[] row = Rows(1, vocabulary, 40)[0];
        foreach (int id in new[] { 5, Segment - 1, Segment, Segment + 700, (2 * Segment) + 99, 2 * Segment })
        {
            row[id] = 30;
        }

        AssertExact(kernels, [row], k: 9, temperature: 5);
        AssertExact(kernels, [[.. Enumerable.Range(0, vocabulary).Select(i => i % 1000 == 0 ? -0f : i % 1000 == 1 ? 0f : -1f)]], k: 30, temperature: 1);
    }

    [TestCaseSource(nameof(Fast))]
    public void SegmentsWithTooManyCandidatesAreExactToo(TopKKernels kernels)
    {
        // All equal; ascending; descending; the greatest ones all in a few threads' shares: the first threshold is useless.
        int vocabulary = Segment + 2500;
        AssertExact(kernels, [new float[vocabulary]], k: 130, temperature: 1);
        AssertExact(kernels, [Row(vocabulary, i => i * 0.001f)], k: 1024, temperature: 1);
        AssertExact(kernels, [Row(vocabulary, i => i * -0.001f)], k: 70, temperature: 1);
        AssertExact(kernels, [Row(vocabulary, i => i % 2048 < 4 ? 1 + (i * 1e-5f) : i * 1e-6f)], k: 64, temperature: 1);
        AssertExact(kernels, [Row(vocabulary, i => i < 3 ? 5f : 1f)], k: 100, temperature: 1);
    }

    [TestCaseSource(nameof(All))]
    public void ImpossibleTokensComeLastWithProbabilityZero(TopKKernels kernels)
    {
        (int[] ids, float[] logs) = kernels.Run([[None, 1, None, 2, None]], vocabulary: 5, k: 5, temperature: 1);
        Assert.That(ids, Is.EqualTo(new[] { 3, 1, 0, 2, 4 }));
        Assert.That(logs[2..], Is.All.EqualTo(None));
    }

    /// <summary>A mask that leaves three tokens of the second of three segments.</summary>
    [TestCaseSource(nameof(Fast))]
    public void WholeSegmentsMayBeImpossible(TopKKernels kernels)
    {
        float[] row = Row((2 * Segment) + 10, _ => None);
        row[Segment + 1] = 1;
        row[Segment + 2] = 2;
        row[Segment + 8] = 1;
        AssertExact(kernels, [row], k: 40, temperature: 1);
    }

    [TestCaseSource(nameof(All))]
    public void RowsThatAreNoDistributionAreRefusedAndOthersAreNot(TopKKernels kernels)
    {
        float[] fair = Rows(1, 40, 9)[0];
        AssertRefused(kernels, k: 3, fair, [[.. new float[39], float.NaN], [float.PositiveInfinity, .. new float[39]], Row(40, _ => None)]);
    }

    [TestCaseSource(nameof(Fast))]
    public void OneSegmentThatIsNoDistributionSpoilsItsRow(TopKKernels kernels)
    {
        float[] fair = Rows(1, (2 * Segment) + 3, 10)[0];
        float[][] spoilt = [.. new[] { 0, Segment + 4000, (2 * Segment) + 2 }.Select(at => Row(fair.Length, i => i != at ? fair[i] : at == 0 ? float.PositiveInfinity : float.NaN))];
        AssertRefused(kernels, k: 300, fair, [.. spoilt, Row(fair.Length, _ => None)]);
    }

    [TestCaseSource(nameof(All))]
    public void LogProbabilitiesAreNeverPositive(TopKKernels kernels)
    {
        (_, float[] logs) = kernels.Run([[1000, 0, 0, 0]], vocabulary: 4, k: 1, temperature: 0.01f);
        Assert.That(logs, Is.EqualTo(new[] { 0f }));
    }

    /// <summary>Alone, or among others, at whatever alignment, and in whatever order warps and blocks go.</summary>
    [TestCaseSource(nameof(Fast))]
    public void ARowHasTheSameBitsWhereverItLies(TopKKernels kernels)
    {
        const int k = 50;
        float[] row = Rows(1, Segment + 1003, 12)[0];
        (int[] ids, float[] logs) = kernels.Run([row], row.Length, k, temperature: 1);
        TopKKernels otherwise = kernels with { Options = ExecutionOptions.Default with { ScheduleSeed = 7 } };
        (int[] manyIds, float[] manyLogs) = otherwise.Run([row, row, row, row], row.Length, k, temperature: 1, padding: 2);
        for (int copy = 0; copy < 4; copy++)
        {
            Assert.That(manyIds[(copy * k)..((copy + 1) * k)], Is.EqualTo(ids));
            Assert.That(manyLogs[(copy * k)..((copy + 1) * k)], Is.EqualTo(logs));
        }
    }

    private static IEnumerable<TestCaseData> Cases(IEnumerable<TopKKernels> all)
        => all.Select(kernels => new TestCaseData(kernels).SetArgDisplayNames($"{kernels}"));

    private static float[] Row(int vocabulary, Func<int, float> logit) => [.. Enumerable.Range(0, vocabulary).Select(logit)];

    private static float[][] Rows(int rows, int vocabulary, int seed)
        => [.. Enumerable.Range(0, rows).Select(row => Numbers.Normal(new Random((seed * 100) + row), vocabulary, deviation: 3))];

    private static void AssertExact(TopKKernels kernels, float[][] rows, int k, float temperature, int padding = 3)
    {
        int vocabulary = rows[0].Length;
        (int[] ids, float[] logs) = kernels.Run(rows, vocabulary, k, temperature, padding);
        for (int row = 0; row < rows.Length; row++)
        {
            (int[] expectedIds, double[] expectedLogs) = TopKKernels.Expected(rows[row], k, temperature);
            Assert.That(ids[(row * k)..((row + 1) * k)], Is.EqualTo(expectedIds), $"row {row} of {vocabulary}, k {k}");
            Assert.That(logs[(row * k)..((row + 1) * k)], Is.EqualTo(expectedLogs).Within(2e-5), $"row {row} of {vocabulary}, k {k}");
        }
    }

    /// <summary>The fair row is right in the first place and in the last, the ones between are refused.</summary>
    private static void AssertRefused(TopKKernels kernels, int k, float[] fair, float[][] spoilt)
    {
        (int[] ids, float[] logs) = kernels.Run([fair, .. spoilt, fair], fair.Length, k, temperature: 1);
        for (int row = 1; row <= spoilt.Length; row++)
        {
            Assert.That(ids[(row * k)..((row + 1) * k)], Is.EqualTo(Enumerable.Range(0, k)));
            Assert.That(logs[(row * k)..((row + 1) * k)], Is.All.NaN);
        }

        int[] expected = TopKKernels.Expected(fair, k, 1).Ids;
        Assert.That(ids[..k], Is.EqualTo(expected));
        Assert.That(ids[^k..], Is.EqualTo(expected));
    }
}
