using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed class LinearTests
{
    // Sums of up to 700 terms of size 0.1, each rounded to 2^-24: random-walk error ~ √700 · 6e-8 ≈ 1.6e-6 relative to the largest output.
    private const double Tolerance = 2e-6;

    [Test]
    public void EqualsTheDoublePrecisionProduct(
        [Values(1, 2, 4, 5, 9, 12, 13, 24, 37, 70)] int rows,
        [Values(1, 15, 16, 17, 33, 172)] int outputs,
        [Values(1, 64, 255, 257, 700)] int inputs,
        [Values(DType.F32, DType.F16, DType.BF16)] DType type)
    {
        Random random = new(rows + (100 * outputs) + inputs);
        StoredMatrix weight = StoredMatrix.Random(random, outputs, inputs, type);
        float[] input = Reference.Random(random, rows * inputs);
        float[] bias = Reference.Random(random, outputs);
        using Workbench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, rows, outputs);
        bench.Queue.Linear(bench.Floats(input, rows), bench.Weight(weight), bench.Floats(bias, 1), output, LinearOutput.Store);

        double[] expected = Reference.Linear(input, weight.Values, bias, rows, outputs, inputs);
        Assert.That(Reference.Error(bench.ReadFloats(output), expected), Is.LessThan(Tolerance));
    }

    [TestCase(1)]
    [TestCase(7)]
    public void AccumulateAddsToWhatIsThere(int rows)
    {
        Random random = new(1);
        StoredMatrix weight = StoredMatrix.Random(random, 37, 50, DType.F32);
        float[] input = Reference.Random(random, rows * 50);
        float[] residual = Reference.Random(random, rows * 37);
        using Workbench bench = new();
        DeviceTensor output = bench.Floats(residual, rows);
        bench.Queue.Linear(bench.Floats(input, rows), bench.Weight(weight), null, output, LinearOutput.Accumulate);

        double[] expected = [.. Reference.Linear(input, weight.Values, null, rows, 37, 50).Zip(residual, (x, r) => x + r)];
        Assert.That(Reference.Error(bench.ReadFloats(output), expected), Is.LessThan(Tolerance));
    }

    [Test]
    public void MoreRowsThanOneBlockAreComputedAlike()
    {
        // 384 rows are packed at a time; 401 = one block and a remainder.
        Random random = new(2);
        StoredMatrix weight = StoredMatrix.Random(random, 40, 30, DType.BF16);
        float[] input = Reference.Random(random, 401 * 30);
        using Workbench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, 401, 40);
        bench.Queue.Linear(bench.Floats(input, 401), bench.Weight(weight), null, output, LinearOutput.Store);

        double[] expected = Reference.Linear(input, weight.Values, null, 401, 40, 30);
        Assert.That(Reference.Error(bench.ReadFloats(output), expected), Is.LessThan(Tolerance));
    }

    [TestCase(DType.F16, 1)]
    [TestCase(DType.F16, 2)]
    [TestCase(DType.BF16, 1)]
    [TestCase(DType.BF16, 2)]
    public void Every16BitPatternIsWidenedExactly(DType type, int rows)
    {
        foreach (SpecExecNative.Kernels.Cpu.SimdWidth width in Enum.GetValues<SpecExecNative.Kernels.Cpu.SimdWidth>())
        {
            StoredMatrix weight = StoredMatrix.AllPatterns(type);
            using Workbench bench = new(2, width);
            DeviceTensor output = bench.Poisoned(DType.F32, rows, 65536);
            bench.Queue.Linear(bench.Floats([.. Enumerable.Repeat(1f, rows)], rows), bench.Weight(weight), null, output, LinearOutput.Store);

            float[] actual = bench.ReadFloats(output);
            for (int i = 0; i < actual.Length; i++)
            {
                // 1 · w + 0 is w itself, but for the sign of zero; NaN stays some NaN.
                float expected = weight.Values[i % 65536];
                if (!actual[i].Equals(expected))
                {
                    Assert.Fail($"{width}: pattern {i % 65536:X4} became {actual[i]}, is {expected}");
                }
            }
        }
    }

    [Test]
    public void AZeroTimesAnInfiniteWeightIsNotHidden()
    {
        using Workbench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, 1, 65536);
        bench.Queue.Linear(bench.Floats([0f], 1), bench.Weight(StoredMatrix.AllPatterns(DType.F16)), null, output, LinearOutput.Store);
        Assert.That(bench.ReadFloats(output).Count(float.IsNaN), Is.EqualTo(2 * 1024));
    }
}
