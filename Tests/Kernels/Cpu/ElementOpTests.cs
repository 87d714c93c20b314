using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>Embed, RmsNorm, SwiGlu, GatherRows and MoveSlots against their formulas.</summary>
public sealed class ElementOpTests
{
    [Test]
    public void EmbedGivesTheStoredRow([Values(DType.F32, DType.F16, DType.BF16)] DType type, [Values(1, 17, 64)] int columns)
    {
        StoredMatrix table = StoredMatrix.Random(new Random(4), 45, columns, type);
        int[] tokens = [44, 0, 16, 15, 44, 31];
        using Workbench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, tokens.Length, columns);
        bench.Queue.Embed(bench.Weight(table), bench.Ints(tokens), output);

        float[] expected = [.. tokens.SelectMany(t => table.Values.Skip(t * columns).Take(columns))];
        Assert.That(bench.ReadFloats(output), Is.EqualTo(expected));
    }

    [Test]
    public void EmbedWidensEveryBinary16Pattern()
    {
        StoredMatrix table = StoredMatrix.AllPatterns(DType.F16);
        using Workbench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, 65536, 1);
        bench.Queue.Embed(bench.Weight(table), bench.Ints([.. Enumerable.Range(0, 65536)]), output);
        Assert.That(bench.ReadFloats(output), Is.EqualTo(table.Values));
    }

    [Test]
    public void RmsNormEqualsItsFormula([Values(1, 3, 16, 47, 64, 1000)] int columns, [Values(1, 5)] int rows, [Values] bool inPlace)
    {
        Random random = new(columns + rows);
        float[] input = Reference.Random(random, rows * columns);
        float[] weight = Reference.Random(random, columns);
        using Workbench bench = new();
        DeviceTensor from = bench.Floats(input, rows);
        DeviceTensor output = inPlace ? from : bench.Poisoned(DType.F32, rows, columns);
        bench.Queue.RmsNorm(from, bench.Floats(weight, 1), 1e-5f, output);

        double[] expected = [.. input.Chunk(columns).SelectMany(row => Reference.RmsNorm([.. row.Select(x => (double)x)], weight, 1e-5f))];
        Assert.That(Reference.Error(bench.ReadFloats(output), expected), Is.LessThan(5e-7), "a few roundings of 6e-8");
    }

    [Test]
    public void SwiGluEqualsItsFormula(
        [Values(1, 2, 13, 40)] int rows, [Values(8, 33, 172)] int outputs, [Values(DType.F32, DType.F16, DType.BF16)] DType type)
    {
        const int inputs = 64;
        Random random = new(rows * outputs);
        StoredMatrix gate = StoredMatrix.Random(random, outputs, inputs, type);
        StoredMatrix up = StoredMatrix.Random(random, outputs, inputs, type);
        float[] input = [.. Reference.Random(random, rows * inputs).Select(x => 20 * x)];
        using Workbench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, rows, outputs);
        bench.Queue.SwiGlu(bench.Floats(input, rows), bench.Weight(gate), bench.Weight(up), output);

        double[] expected = Reference.SwiGlu(input, gate.Values, up.Values, rows, outputs, inputs);
        Assert.That(Reference.Error(bench.ReadFloats(output), expected), Is.LessThan(2e-6), "two products of 64 terms");
    }

    [Test]
    public void GatherCopiesRowsByIndex()
    {
        float[] input = Reference.Random(new Random(5), 7 * 19);
        int[] indices = [6, 0, 0, 3];
        using Workbench bench = new();
        DeviceTensor output = bench.Poisoned(DType.F32, indices.Length, 19);
        bench.Queue.GatherRows(bench.Floats(input, 7), bench.Ints(indices), output);
        Assert.That(bench.ReadFloats(output), Is.EqualTo(indices.SelectMany(i => input.Skip(i * 19).Take(19))));
    }

    [Test]
    public void MoveSlotsMovesThosePairsAndNothingElse()
    {
        const int kvHeads = 3, slots = 12, headDim = 5;
        float[] before = Reference.Random(new Random(6), 2 * kvHeads * slots * headDim);
        int[] moved = [4, 6, 7, 11];
        using Workbench bench = new();
        DeviceTensor memory = bench.Floats(before, 2 * kvHeads * slots);
        KvCacheLayer cache = new(memory.Buffer, memory.ByteOffset, DType.F32, kvHeads, slots, headDim);
        bench.Queue.MoveSlots(cache, bench.Ints(moved), 4);

        float[] expected = [.. before];
        for (int head = 0; head < 2 * kvHeads; head++)
        {
            for (int i = 0; i < moved.Length; i++)
            {
                Array.Copy(before, ((head * slots) + moved[i]) * headDim, expected, ((head * slots) + 4 + i) * headDim, headDim);
            }
        }

        Assert.That(bench.ReadFloats(memory), Is.EqualTo(expected));
    }
}
