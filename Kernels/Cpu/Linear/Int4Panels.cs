using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// Panels of 4-bit weights: <c>[⌈K / 8⌉][16]</c> words, of which word i holds the nibbles of output i for eight inputs, the first lowest;
/// then for each group sixteen binary16 scales and sixteen binary16 zeros. A load brings eight inputs of sixteen outputs. A nibble q becomes
/// the number 128 + q or 2048 + q (<see cref="Nibble"/>; in <see cref="Int4PairKernel"/> it is converted), and the weight (q − zero) · scale by one fused multiply-add,
/// (2048 + q) · scale − (2048 + zero) · scale, which is exact: both products take 12 + 11 bits. So a product has the bits of one with the
/// weights widened.
/// </summary>
internal readonly unsafe struct Int4Panels : IPanelFormat
{
    /// <summary>Inputs to a word.</summary>
    private const int PerWord = 8;

    private const int BlockBytes = WeightPanels.Width * sizeof(uint);
    private const int GroupHalves = 2 * WeightPanels.Width;

    public static long PanelBytes(PanelShape shape)
        => NibbleBytes(shape) + (GroupHalves * sizeof(ushort) * (((shape.Inputs - 1L) / shape.GroupSize) + 1));

    public static void MultiplyRow<TLanes>(float* input, PanelShape shape, byte* firstPanel, int panels, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long panelBytes = PanelBytes(shape);
        int panel = 0;
        for (; panel + 4 <= panels && TLanes.HoldsFourPanels; panel += 4)
        {
            Int4RowKernel<TLanes>.Four(input, shape, firstPanel + (panel * panelBytes), sums + (panel * WeightPanels.Width));
        }

        for (; panel + 2 <= panels && Int4PairKernel.Suits<TLanes>(); panel += 2)
        {
            Int4PairKernel.Run(input, shape, firstPanel + (panel * panelBytes), sums + (panel * WeightPanels.Width));
        }

        for (; panel < panels; panel++)
        {
            Int4RowKernel<TLanes>.One(input, shape, firstPanel + (panel * panelBytes), sums + (panel * WeightPanels.Width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float* Widen<TLanes>(byte* panel, PanelShape shape, int firstInput, int count, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* to = scratch;
        for (int k = firstInput; k < firstInput + count;)
        {
            int group = k / shape.GroupSize;
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, firstInput + count);
            TLanes scale = Scale<TLanes>(panel, shape, group);
            TLanes offset = Offset(panel, shape, group, scale, Nibble.EvenBase);
            for (; k < end; k++)
            {
                TLanes.Store(Int4RowKernel<TLanes>.Weight(TLanes.LoadWords(Block(panel, k)), k % PerWord, scale, offset), to);
                to += WeightPanels.Width;
            }
        }

        return scratch;
    }

    /// <summary>Writes rows of the encoding that <see cref="WeightShape.RowBytes"/> documents.</summary>
    /// <exception cref="ArgumentException">A zero is not 8 though the shape has no zeros.</exception>
    public static void Pack(ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, byte* packed)
    {
        int rowBytes = checked((int)shape.RowBytes);
        PanelShape panelShape = PanelShape.Of(shape);
        for (int row = firstRow; !rows.IsEmpty; row++, rows = rows[rowBytes..])
        {
            byte* panel = packed + (row / WeightPanels.Width * PanelBytes(panelShape));
            PackRow(rows[..rowBytes], shape, row, panel);
            if (row == shape.Rows - 1)
            {
                for (int lane = (row % WeightPanels.Width) + 1; lane < WeightPanels.Width; lane++)
                {
                    ClearLane(panelShape, lane, panel);
                }
            }
        }
    }

    /// <summary>Of sixteen outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Scale<TLanes>(byte* panel, PanelShape shape, int group)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadF16(Groups(panel, shape) + ((long)group * GroupHalves));

    /// <summary>−(what is added to nibbles + zero) · scale of sixteen outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Offset<TLanes>(byte* panel, PanelShape shape, int group, TLanes scale, float added)
        where TLanes : unmanaged, ILanes<TLanes>
        => (TLanes.Broadcast(-added) - TLanes.LoadFiniteF16(Groups(panel, shape) + ((long)group * GroupHalves) + WeightPanels.Width)) * scale;

    /// <summary>The words that hold an input's nibbles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint* Block(byte* panel, int input) => (uint*)(panel + ((long)(input / PerWord) * BlockBytes));

    private static long NibbleBytes(PanelShape shape) => ((shape.Inputs + (PerWord - 1L)) / PerWord) * BlockBytes;

    private static void PackRow(ReadOnlySpan<byte> source, WeightShape shape, int row, byte* panel)
    {
        int lane = row % WeightPanels.Width;
        PanelShape panelShape = PanelShape.Of(shape);
        int nibbleBytes = (shape.Columns + 1) / 2;
        for (int k = 0; k < shape.Columns; k += PerWord)
        {
            // The encoding's bytes are a word's, from the lowest; what an odd last half holds is not looked at.
            uint word = 0;
            for (int i = 0; i < Math.Min(PerWord, shape.Columns - k); i++)
            {
                word |= ((uint)source[(k + i) / 2] >> (4 * (i % 2)) & 15) << (4 * i);
            }

            Block(panel, k)[lane] = word;
        }

        int count = shape.Groups.Count(shape.Columns);
        ReadOnlySpan<byte> scales = source[nibbleBytes..];
        ushort* groups = Groups(panel, panelShape);
        for (int group = 0; group < count; group++)
        {
            int zero = scales[(2 * count) + group];
            if (!shape.Groups.HasZeros && zero != Int4Groups.Middle)
            {
                throw new ArgumentException($"Row {row} has zero {zero} in group {group}, in a matrix without zeros.", nameof(source));
            }

            groups[(group * GroupHalves) + lane] = BinaryPrimitives.ReadUInt16LittleEndian(scales[(2 * group)..]);
            groups[(group * GroupHalves) + WeightPanels.Width + lane] = BitConverter.HalfToUInt16Bits((Half)zero);
        }
    }

    /// <summary>Outputs behind the last are zero: so is their scale.</summary>
    private static void ClearLane(PanelShape shape, int lane, byte* panel)
    {
        for (int k = 0; k < shape.Inputs; k += PerWord)
        {
            Block(panel, k)[lane] = 0;
        }

        ushort* groups = Groups(panel, shape);
        for (int group = 0; group <= (shape.Inputs - 1) / shape.GroupSize; group++)
        {
            groups[(group * GroupHalves) + lane] = 0;
            groups[(group * GroupHalves) + WeightPanels.Width + lane] = 0;
        }
    }

    /// <summary>Scales of the first group, with zeros behind them, and so on.</summary>
    private static ushort* Groups(byte* panel, PanelShape shape) => (ushort*)(panel + NibbleBytes(shape));
}
