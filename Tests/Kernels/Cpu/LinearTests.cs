using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed class LinearTests
{
    [Test]
    public void EqualsTheDoublePrecisionProduct(
        [Values(1, 2, 5, 13, 37, 70)] int rows,
        [Values(1, 15, 16, 33, 172)] int outputs,
        [Values(1, 64, 257)] int inputs,
        [Values(DType.F32, DType.F16, DType.BF16)] DType type)
    {
        Random random = new(rows + (100 * outputs) + inputs);
        StoredMatrix weight = StoredMatrix.Random(random, outputs, inputs, type);
        float[] input = Reference.Random(random, rows * inputs);
        float[] bias = Reference.Random(random, outputs);
        using CpuBench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, rows, outputs);
        bench.Queue.Linear(bench.Floats(input, rows), bench.Weight(weight), bench.Floats(bias, 1), output, LinearOutput.Store);

        double[] expected = Reference.Linear(input, weight.Values, bias, rows, outputs, inputs);
        Assert.That(Reference.Error(bench.ReadFloats(output), expected), Is.LessThan(2e-6));
    }
}
