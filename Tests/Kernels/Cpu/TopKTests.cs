using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed class TopKTests
{
    [Test]
    public void EqualsASort(
        [Values(1, 15, 16, 100, 1003)] int vocabulary, [Values(1, 4, 64, int.MaxValue)] int wanted, [Values(0.1f, 1f, 3f)] float temperature)
    {
        const int rows = 5, padding = 13;
        int k = Math.Min(wanted, vocabulary);
        int columns = vocabulary + padding;

        // Coarse values make many ties; the padding is the greatest of all and must not be seen.
        float[] logits = [.. Reference.Random(new Random(vocabulary), rows * columns).Select(x => MathF.Round(x * 40) / 4)];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = i % columns >= vocabulary ? 1e9f : logits[i];
        }

        using Workbench bench = new();
        (int[] ids, float[] logProbabilities) = TopK(bench, logits, rows, vocabulary, temperature, k);
        for (int row = 0; row < rows; row++)
        {
            float[] line = logits[(row * columns)..((row * columns) + vocabulary)];
            int[] order = [.. Enumerable.Range(0, vocabulary).OrderByDescending(i => line[i]).ThenBy(i => i).Take(k)];
            double logSum = Math.Log(line.Sum(x => Math.Exp((x - line.Max()) / (double)temperature)));
            double[] expected = [.. order.Select(i => ((line[i] - line.Max()) / (double)temperature) - logSum)];
            float[] actual = logProbabilities[(row * k)..((row + 1) * k)];
            Assert.Multiple(() =>
            {
                Assert.That(ids[(row * k)..((row + 1) * k)], Is.EqualTo(order));
                Assert.That(actual, Is.EqualTo(expected).Within(5e-5), "log-probabilities down to −200, rounded to float");
                Assert.That(actual, Is.All.LessThanOrEqualTo(0f));
            });
        }
    }

    [Test]
    public void ACertainTokenHasLogProbabilityZeroAndMaskedOnesMinusInfinity()
    {
        using Workbench bench = new();
        (int[] ids, float[] logProbabilities) = TopK(bench, [float.NegativeInfinity, 3f, float.NegativeInfinity], 1, 3, 1f, 3);
        Assert.Multiple(() =>
        {
            Assert.That(ids, Is.EqualTo(new[] { 1, 0, 2 }));
            Assert.That(logProbabilities, Is.EqualTo(new[] { 0f, float.NegativeInfinity, float.NegativeInfinity }));
        });
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void ARowThatIsNoDistributionHasNoProbabilities(float bad)
    {
        float[] logits = Reference.Random(new Random(7), 100);
        logits[70] = bad;
        using Workbench bench = new();
        (int[] ids, float[] logProbabilities) = TopK(bench, logits, 2, 50, 1f, 3);
        Assert.Multiple(() =>
        {
            Assert.That(logProbabilities[..3], Has.All.LessThan(0f), "the other row is untouched");
            Assert.That(ids[3..], Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(logProbabilities[3..], Is.All.NaN);
        });
    }

    [TestCase(0f)]
    [TestCase(-1f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void AWrongTemperatureIsRefused(float temperature)
    {
        using Workbench bench = new();
        Assert.That(() => TopK(bench, [1f, 2f], 1, 2, temperature, 1), Throws.ArgumentException.With.Message.Contains("temperature"));
    }

    private static (int[] Ids, float[] LogProbabilities) TopK(
        Workbench bench, float[] logits, int rows, int vocabulary, float temperature, int k)
    {
        DeviceTensor ids = bench.Poisoned(DType.I32, rows, k);
        DeviceTensor logProbabilities = bench.Poisoned(DType.F32, rows, k);
        bench.Queue.TopK(bench.Floats(logits, rows), vocabulary, temperature, ids, logProbabilities);
        return (bench.ReadInts(ids), bench.ReadFloats(logProbabilities));
    }
}
