using NUnit.Framework;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>What makes speculation lossless: a row's bits depend on the row alone.</summary>
public sealed class BitEqualityTests
{
    [Test]
    public void ARowIsTheSameAloneInAnyBatchAndAtAnyIndex([Values] bool narrow)
    {
        using Workbench bench = new(2, narrow ? SimdWidth.Bits128 : null);
        MiniTransformer model = new(bench);
        int[][] alone = [.. Enumerable.Range(0, 77).Select(id => model.Run(id)[0])];
        Random random = new(12);
        foreach (int rows in Enumerable.Range(2, 70).Concat([300, 401]))
        {
            int[] ids = [.. Enumerable.Range(0, rows).Select(_ => random.Next(77))];
            int[][] together = model.Run(ids);
            for (int row = 0; row < rows; row++)
            {
                Assert.That(together[row].AsSpan().SequenceEqual(alone[ids[row]]), Is.True, $"row {row} of {rows}");
            }
        }
    }

    [Test]
    public void ThreadsAndRegisterWidthsDoNotChangeABit([Values(1, 5, 77, 300)] int rows)
    {
        int[] ids = [.. Enumerable.Range(0, rows)];
        int[][] expected = Run(1, null, ids);
        foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
        {
            foreach (int threads in new[] { 1, 2, 5 })
            {
                int[][] actual = Run(threads, width, ids);
                for (int row = 0; row < rows; row++)
                {
                    Assert.That(actual[row].AsSpan().SequenceEqual(expected[row]), Is.True, $"{width}, {threads} threads, row {row}");
                }
            }
        }
    }

    [Test]
    public void DifferentRowsDiffer()
    {
        // Guards the comparisons above: equal bits must not come from equal inputs.
        using Workbench bench = new();
        int[][] rows = new MiniTransformer(bench).Run([.. Enumerable.Range(0, 77)]);
        Assert.That(rows.Select(r => string.Join(',', r)).Distinct().Count(), Is.EqualTo(77));
    }

    [Test]
    public void OpsAllocateNothing()
    {
        using Workbench bench = new();
        MiniTransformer model = new(bench);
        foreach (int rows in new[] { 1, 60 })
        {
            MiniTransformer.Batch batch = model.Prepare([.. Enumerable.Range(0, rows)]);
            batch.Run();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                batch.Run();
            }

            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, $"{rows} rows");
        }
    }

    private static int[][] Run(int threads, SimdWidth? width, int[] ids)
    {
        using Workbench bench = new(threads, width);
        return new MiniTransformer(bench).Run(ids);
    }
}
