using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>top_k, the fast and the naive one, against a sort and sums in double.</summary>
[Category("Cuda")]
public sealed class TopKTests
{
    private static IEnumerable<TestCaseData> Variants => VariantCases.Cases("top_k");

    private static IEnumerable<TestCaseData> FastVariants => Variants.Where(c => !((KernelVariant)c.Arguments[0]!).Source.StartsWith("Naive", StringComparison.Ordinal));

    [TestCaseSource(nameof(Variants))]
    public void ItFindsTheGreatestOfEveryVocabulary(KernelVariant variant)
    {
        // Odd strides put rows at every alignment; padding behind the vocabulary is NaN.
        AssertExact(variant, Rows(1, 1, 1), vocabulary: 1, k: 1, temperature: 1);
        AssertExact(variant, Rows(3, 37, 2), vocabulary: 37, k: 5, temperature: 0.7f);
        AssertExact(variant, Rows(2, 64, 3), vocabulary: 64, k: 64, temperature: 2);
        AssertExact(variant, Rows(2, 515, 4), vocabulary: 515, k: 8, temperature: 1);
    }

    [TestCaseSource(nameof(FastVariants))]
    public void ItFindsTheGreatestOfLongRows(KernelVariant variant)
    {
        AssertExact(variant, Rows(2, 9001, 5), vocabulary: 9001, k: 128, temperature: 1);
        AssertExact(variant, Rows(1, 4096, 6), vocabulary: 4096, k: 1024, temperature: 0.5f);
    }

    [TestCaseSource(nameof(Variants))]
    public void EqualLogitsComeByLowerId(KernelVariant variant)
    {
        var random = new Random(8);
        float[] coarse = [.. Enumerable.Range(0, 300).Select(_ => (float)random.Next(-2, 3))];
        AssertExact(variant, [coarse], 300, 40, 1);
        AssertExact(variant, [[.. Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? 0f : -0f)]], 50, 20, 1);
    }

    [TestCaseSource(nameof(FastVariants))]
    public void RowsWithTooManyCandidatesAreExactToo(KernelVariant variant)
    {
        // All equal; ascending; descending; and the greatest ones all in one thread's share: the first threshold is useless.
        const int count = 6000;
        AssertExact(variant, [new float[count]], count, 130, 1);
        AssertExact(variant, [[.. Enumerable.Range(0, count).Select(i => i * 0.001f)]], count, 1024, 1);
        AssertExact(variant, [[.. Enumerable.Range(0, count).Select(i => i % 2048 < 2 ? 1 + (i * 1e-5f) : i * 1e-6f)]], count, 64, 1);
        AssertExact(variant, [[.. Enumerable.Range(0, count).Select(i => i < 3 ? 5f : 1f)]], count, 100, 1);
    }

    [TestCaseSource(nameof(Variants))]
    public void ImpossibleTokensComeLastWithProbabilityZero(KernelVariant variant)
    {
        float[] row = [float.NegativeInfinity, 1, float.NegativeInfinity, 2, float.NegativeInfinity];
        (int[] ids, float[] logs) = Run(variant, [row], 5, 5, 1);
        Assert.That(ids, Is.EqualTo(new[] { 3, 1, 0, 2, 4 }));
        Assert.That(logs[2..], Is.All.EqualTo(float.NegativeInfinity));
    }

    [TestCaseSource(nameof(Variants))]
    public void RowsThatAreNoDistributionAreRefusedAndOthersAreNot(KernelVariant variant)
    {
        float[][] rows = [Rows(1, 40, 9)[0], [.. new float[39], float.NaN], [float.PositiveInfinity, .. new float[39]], [.. Enumerable.Repeat(float.NegativeInfinity, 40)], Rows(1, 40, 10)[0]];
        (int[] ids, float[] logs) = Run(variant, rows, 40, 3, 1);
        for (int row = 1; row <= 3; row++)
        {
            Assert.That(ids[(row * 3)..((row + 1) * 3)], Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(logs[(row * 3)..((row + 1) * 3)], Is.All.NaN);
        }

        Assert.That(ids[..3], Is.EqualTo(Expected(rows[0], 3, 1).Ids));
        Assert.That(ids[12..], Is.EqualTo(Expected(rows[4], 3, 1).Ids));
    }

    [TestCaseSource(nameof(Variants))]
    public void LogProbabilitiesAreNeverPositive(KernelVariant variant)
    {
        (_, float[] logs) = Run(variant, [[1000, 0, 0, 0]], 4, 1, 0.01f);
        Assert.That(logs, Is.EqualTo(new[] { 0f }));
    }

    [TestCaseSource(nameof(FastVariants))]
    public void ARowHasTheSameBitsWhereverItLies(KernelVariant variant)
    {
        float[] row = Rows(1, 1003, 12)[0];
        (int[] ids, float[] logs) = Run(variant, [row, row, row, row], 1003, 50, 1);
        for (int copy = 1; copy < 4; copy++)
        {
            Assert.That(ids[(copy * 50)..((copy + 1) * 50)], Is.EqualTo(ids[..50]));
            Assert.That(logs[(copy * 50)..((copy + 1) * 50)], Is.EqualTo(logs[..50]));
        }
    }

    private static float[][] Rows(int rows, int vocabulary, int seed)
        => [.. Enumerable.Range(0, rows).Select(row => Numbers.Normal(new Random((seed * 100) + row), vocabulary, deviation: 3))];

    private static void AssertExact(KernelVariant variant, float[][] rows, int vocabulary, int k, float temperature)
    {
        (int[] ids, float[] logs) = Run(variant, rows, vocabulary, k, temperature);
        for (int row = 0; row < rows.Length; row++)
        {
            (int[] expectedIds, double[] expectedLogs) = Expected(rows[row], k, temperature);
            Assert.That(ids[(row * k)..((row + 1) * k)], Is.EqualTo(expectedIds), $"row {row} of {vocabulary}, k {k}");
            Assert.That(logs[(row * k)..((row + 1) * k)], Is.EqualTo(expectedLogs).Within(2e-5), $"row {row} of {vocabulary}, k {k}");
        }
    }

    private static (int[] Ids, double[] Logs) Expected(float[] row, int k, float temperature)
    {
        int[] ids = [.. Enumerable.Range(0, row.Length).OrderByDescending(id => row[id] + 0f).ThenBy(id => id).Take(k)];
        double max = row.Max();
        double logSum = Math.Log(row.Sum(logit => Math.Exp((logit - max) / temperature)));
        return (ids, [.. ids.Select(id => ((row[id] - max) / temperature) - logSum)]);
    }

    private static (int[] Ids, float[] Logs) Run(KernelVariant variant, float[][] rows, int vocabulary, int k, float temperature)
    {
        using var lab = new KernelLab(variant);
        return Run(lab, rows, vocabulary, k, temperature);
    }

    internal static (int[] Ids, float[] Logs) Run(KernelLab lab, float[][] rows, int vocabulary, int k, float temperature)
    {
        int stride = vocabulary + 3;
        float[] logits = [.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(float.NaN, stride - vocabulary)))];
        ulong ids = lab.Allocate<int>(rows.Length * k);
        ulong logs = lab.Allocate<float>(rows.Length * k);
        lab.Launch(rows.Length, 1, lab.Upload(logits), stride, vocabulary, temperature, k, ids, logs);
        return (lab.Download<int>(ids, rows.Length * k), lab.Download<float>(logs, rows.Length * k));
    }
}
