using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>move_slots: the same as copying one slot after the other, whatever overlaps.</summary>
[Category("Cuda")]
public sealed class MoveSlotsTests
{
    private static IEnumerable<TestCaseData> Variants => VariantCases.Cases("move_slots");

    [TestCaseSource(nameof(Variants))]
    public void SlotsMoveAsIfOneByOne(KernelVariant variant)
    {
        AssertMoves(variant, 16, 1, 5, [7]);
        AssertMoves(variant, 8, 2, 3, [3, 4, 6, 7, 9]);
        AssertMoves(variant, 64, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]); // each destination is the source before it
        AssertMoves(variant, 264, 1, 0, [1, 2, 4, 5, 8, 9, 10, 11, 13, 15, 16, 17, 18, 19]); // more chunks than lanes, two batches
    }

    private static void AssertMoves(KernelVariant variant, int headDim, int kvHeads, int first, int[] slots)
    {
        const int capacity = 20;
        ushort[] cache = new ushort[2 * kvHeads * capacity * headDim];
        new Random(headDim).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(cache.AsSpan()));
        using var lab = new KernelLab(variant);
        ulong device = lab.Upload(cache);
        lab.Launch(2 * kvHeads, 1, device, lab.Upload(slots), slots.Length, first, capacity, headDim);

        for (int plane = 0; plane < 2 * kvHeads; plane++)
        {
            for (int i = 0; i < slots.Length; i++)
            {
                int at = plane * capacity;
                cache.AsSpan((at + slots[i]) * headDim, headDim).CopyTo(cache.AsSpan((at + first + i) * headDim));
            }
        }

        Assert.That(lab.Download<ushort>(device, cache.Length), Is.EqualTo(cache), $"{slots.Length} slots of {headDim}");
    }
}
