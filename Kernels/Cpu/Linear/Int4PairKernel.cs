using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// One row × two panels of 4-bit weights in registers of 256 bits, of which AVX2 has sixteen: four sums, to hide the latency of the
/// multiply-add, four words and four offsets; scales come from memory, and words are shifted where they are. Written out for eight inputs: as a loop it takes 1.7 times as long. The same sums as
/// <see cref="Int4RowKernel{TLanes}"/>'s, bit for bit: a nibble, converted, times scale minus zero times scale is exact, too.
/// </summary>
internal static unsafe class Int4PairKernel
{
    private const int PerWord = 8;
    private const uint LowestNibble = 15;
    private const int Half = WeightPanels.Width / 2;

    /// <summary>It is the kernel of machines whose registers have this width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Suits<TLanes>() => typeof(TLanes) == typeof(Lanes256);

    /// <summary>sums[panel][16] = Σₖ input[k] · panel[k][16] of two panels, in order of k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* input, PanelShape shape, byte* panel0, float* sums)
    {
        byte* panel1 = panel0 + Int4Panels.PanelBytes(shape);
        float* scales = stackalloc float[4 * WeightPanels.Width];
        float* offsets = scales + (2 * WeightPanels.Width);
        Vector256<float> sum00 = Vector256<float>.Zero;
        Vector256<float> sum01 = Vector256<float>.Zero;
        Vector256<float> sum10 = Vector256<float>.Zero;
        Vector256<float> sum11 = Vector256<float>.Zero;
        int k = 0;
        for (int group = 0; k < shape.Inputs; group++)
        {
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, shape.Inputs);
            WriteGroup(panel0, shape, group, scales, offsets);
            WriteGroup(panel1, shape, group, scales + WeightPanels.Width, offsets + WeightPanels.Width);
            Vector256<float> offset00 = Vector256.Load(offsets);
            Vector256<float> offset01 = Vector256.Load(offsets + Half);
            Vector256<float> offset10 = Vector256.Load(offsets + (2 * Half));
            Vector256<float> offset11 = Vector256.Load(offsets + (3 * Half));
            while (k < end)
            {
                uint* block0 = Int4Panels.Block(panel0, k);
                uint* block1 = Int4Panels.Block(panel1, k);
                Vector256<uint> words00 = Vector256.Load(block0);
                Vector256<uint> words01 = Vector256.Load(block0 + Half);
                Vector256<uint> words10 = Vector256.Load(block1);
                Vector256<uint> words11 = Vector256.Load(block1 + Half);
                if (k % PerWord == 0 && end - k >= PerWord)
                {
                    Vector256<float> x = Vector256.Create(input[k]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    words00 >>= 4;
                    words01 >>= 4;
                    words10 >>= 4;
                    words11 >>= 4;
                    x = Vector256.Create(input[k + 1]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    words00 >>= 4;
                    words01 >>= 4;
                    words10 >>= 4;
                    words11 >>= 4;
                    x = Vector256.Create(input[k + 2]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    words00 >>= 4;
                    words01 >>= 4;
                    words10 >>= 4;
                    words11 >>= 4;
                    x = Vector256.Create(input[k + 3]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    words00 >>= 4;
                    words01 >>= 4;
                    words10 >>= 4;
                    words11 >>= 4;
                    x = Vector256.Create(input[k + 4]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    words00 >>= 4;
                    words01 >>= 4;
                    words10 >>= 4;
                    words11 >>= 4;
                    x = Vector256.Create(input[k + 5]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    words00 >>= 4;
                    words01 >>= 4;
                    words10 >>= 4;
                    words11 >>= 4;
                    x = Vector256.Create(input[k + 6]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    words00 >>= 4;
                    words01 >>= 4;
                    words10 >>= 4;
                    words11 >>= 4;
                    x = Vector256.Create(input[k + 7]);
                    sum00 = Vector256.FusedMultiplyAdd(x, Weight(words00, scales, offset00), sum00);
                    sum01 = Vector256.FusedMultiplyAdd(x, Weight(words01, scales + Half, offset01), sum01);
                    sum10 = Vector256.FusedMultiplyAdd(x, Weight(words10, scales + (2 * Half), offset10), sum10);
                    sum11 = Vector256.FusedMultiplyAdd(x, Weight(words11, scales + (3 * Half), offset11), sum11);
                    k += PerWord;
                    continue;
                }

                // A group that begins or ends inside a word.
                int shift = 4 * (k % PerWord);
                Vector256<float> one = Vector256.Create(input[k]);
                sum00 = Vector256.FusedMultiplyAdd(one, Weight(words00 >> shift, scales, offset00), sum00);
                sum01 = Vector256.FusedMultiplyAdd(one, Weight(words01 >> shift, scales + Half, offset01), sum01);
                sum10 = Vector256.FusedMultiplyAdd(one, Weight(words10 >> shift, scales + (2 * Half), offset10), sum10);
                sum11 = Vector256.FusedMultiplyAdd(one, Weight(words11 >> shift, scales + (3 * Half), offset11), sum11);
                k++;
            }
        }

        sum00.Store(sums);
        sum01.Store(sums + Half);
        sum10.Store(sums + (2 * Half));
        sum11.Store(sums + (3 * Half));
    }

    /// <summary>Of the lowest nibbles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Weight(Vector256<uint> words, float* scale, Vector256<float> offset)
        => Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle((words & Vector256.Create(LowestNibble)).AsInt32()), Vector256.Load(scale), offset);

    /// <summary>Scales of a panel's group, and −zero · scale.</summary>
    private static void WriteGroup(byte* panel, PanelShape shape, int group, float* scales, float* offsets)
    {
        Lanes256 scale = Int4Panels.Scale<Lanes256>(panel, shape, group);
        Lanes256.Store(scale, scales);
        Lanes256.Store(Int4Panels.Offset(panel, shape, group, scale, added: 0), offsets);
    }
}
