using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Kernels.Cuda.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>
/// Products with 4-bit weights have the bits of products with the same weights in F32, which are tested elsewhere: for every register
/// width, number of threads and rows.
/// </summary>
internal sealed class Int4LinearTests
{
    private static readonly SimdWidth[] Widths = [.. Enum.GetValues<SimdWidth>().Where(width => width <= SimdWidthExtensions.Widest)];

    [Test]
    public void LinearHasTheBitsOfTheSameWeightsInF32(
        [Values(1, 2, 13, 40)] int rows, [Values(1, 8, 32, 128, 700)] int groupSize, [ValueSource(nameof(Widths))] SimdWidth width)
    {
        foreach ((int outputs, int inputs) in new[] { (1, 700), (172, 333), (70, 64), (16, 7) })
        {
            var weights = new Int4Weights(DType.F16, outputs, inputs, new Int4Groups(Math.Min(groupSize, inputs), HasZeros: true), outputs);
            float[] input = Numbers.Normal(new Random(rows), rows * inputs);
            float[] Run(Func<DeviceBench, WeightMatrix> weight)
            {
                using var device = new CpuDevice(threads: 2, width);
                using var bench = new DeviceBench(device);
                DeviceTensor output = bench.Output(DType.F32, rows, outputs);
                bench.Queue.Linear(bench.Floats(input, rows), weight(bench), null, output, LinearOutput.Store);
                return bench.Read(output);
            }

            Assert.That(Run(b => b.Int4(weights)), Is.EqualTo(Run(b => b.Weight(weights.Exact, outputs))), $"{outputs} x {inputs}");
        }
    }

    [Test]
    public void SwiGluHasTheBitsOfTheSameWeightsInF32([Values(1, 9)] int rows)
    {
        var gate = new Int4Weights(DType.F16, 53, 160, new Int4Groups(32, HasZeros: false), 1);
        var up = new Int4Weights(DType.F16, 53, 160, gate.Shape.Groups, 2);
        float[] input = Numbers.Normal(new Random(rows), rows * 160, 0.3);
        using var device = new CpuDevice(threads: 2);
        using var bench = new DeviceBench(device);
        DeviceTensor int4 = bench.Output(DType.F32, rows, 53);
        DeviceTensor wide = bench.Output(DType.F32, rows, 53);
        bench.Queue.SwiGlu(bench.Floats(input, rows), bench.Int4(gate), bench.Int4(up), int4);
        bench.Queue.SwiGlu(bench.Floats(input, rows), bench.Weight(gate.Exact, 53), bench.Weight(up.Exact, 53), wide);
        Assert.That(bench.Read(int4), Is.EqualTo(bench.Read(wide)));
    }

    /// <summary>Packed by many threads at once, in any order, rows are all there.</summary>
    [Test]
    public void RowsMayBePackedAtOnce()
    {
        var weights = new Int4Weights(DType.F16, 300, 200, new Int4Groups(64, HasZeros: true), 3);
        using var device = new CpuDevice(threads: 2);
        using var bench = new DeviceBench(device);
        long bytes = device.PackedBytes(weights.Shape);
        PinnedBuffer together = bench.Own(device.AllocatePinned(bytes, "test"));
        PinnedBuffer alone = bench.Own(device.AllocatePinned(bytes, "test"));
        together.Span(0, (int)bytes).Fill(0xFF);
        alone.Span(0, (int)bytes).Clear();
        byte[] rows = weights.Rows;
        int rowBytes = (int)weights.Shape.RowBytes;
        Parallel.For(0, 300, row => device.PackRows(rows.AsSpan((299 - row) * rowBytes, rowBytes), weights.Shape, 299 - row, 1, together, 0));
        device.PackRows(rows, weights.Shape, 0, 300, alone, 0);
        Assert.That(together.Span(0, (int)bytes).SequenceEqual(alone.Span(0, (int)bytes)), Is.True);
    }

    [Test]
    public void WhatIsNoInt4MatrixIsRefused()
    {
        using var device = new CpuDevice(threads: 1);
        using var bench = new DeviceBench(device);
        var weights = new Int4Weights(DType.F16, 3, 64, new Int4Groups(32, HasZeros: true), 1);
        weights.Zeros[2] = 3;
        WeightShape symmetric = weights.Shape with { Groups = new Int4Groups(32, HasZeros: false) };
        PinnedBuffer packed = bench.Own(device.AllocatePinned(device.PackedBytes(symmetric), "test"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => device.PackRows(weights.Rows, symmetric, 0, 3, packed, 0), Throws.ArgumentException.With.Message.Contains("zero"));
            Assert.That(() => device.PackedBytes(symmetric with { Groups = default }), Throws.ArgumentException.With.Message.Contains("group"));
            Assert.That(() => bench.Queue.Embed(bench.Int4(weights), bench.Ints(0), bench.Output(DType.F32, 1, 64)), Throws.ArgumentException.With.Message.Contains("Int4"));
        }
    }

    [Test]
    public void AnOrderThatIsNoPermutationIsRefused()
    {
        using var device = new CpuDevice(threads: 1);
        using var bench = new DeviceBench(device);
        DeviceTensor input = bench.Floats([1, 2, 3], 1);
        DeviceTensor output = bench.Output(DType.F32, 1, 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => bench.Queue.RmsNorm(input, input, 0, output, bench.Ints(0, 1, 1)), Throws.ArgumentException.With.Message.Contains("permutation"));
            Assert.That(() => bench.Queue.RmsNorm(input, input, 0, output, bench.Ints(0, 1, 3)), Throws.ArgumentException.With.Message.Contains("permutation"));
            Assert.That(() => bench.Queue.RmsNorm(input, input, 0, input, bench.Ints(2, 1, 0)), Throws.ArgumentException.With.Message.Contains("overlaps"));
        }

        bench.Queue.RmsNorm(input, input, 0, output, bench.Ints(2, 0, 1));
        float root = MathF.Sqrt(14f / 3);
        Assert.That(bench.Read(output), Is.EqualTo(new[] { 9 / root, 1 / root, 4 / root }).Within(1e-6f));
    }
}
