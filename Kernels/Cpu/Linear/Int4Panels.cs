using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// Panels of 4-bit weights: <c>[K][8]</c> bytes of nibbles (output i below output i + 8), then for each group sixteen binary16 scales and
/// sixteen binary16 zeros. (q − zero) · scale is exact in binary32, so a product has the bits of one with the weights widened.
/// </summary>
internal readonly unsafe struct Int4Panels : IPanelFormat
{
    private const int NibbleBytes = WeightPanels.Width / 2;
    private const int GroupHalves = 2 * WeightPanels.Width;

    public static long PanelBytes(PanelShape shape)
        => ((long)shape.Inputs * NibbleBytes) + (GroupHalves * sizeof(ushort) * (((shape.Inputs - 1L) / shape.GroupSize) + 1));

    public static void MultiplyRow<TLanes>(float* input, PanelShape shape, byte* firstPanel, int panels, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long panelBytes = PanelBytes(shape);
        if (panels == RowProduct.Panels)
        {
            Four<TLanes>(input, shape, firstPanel, panelBytes, sums);
            return;
        }

        for (int panel = 0; panel < panels; panel++)
        {
            TLanes.Store(One<TLanes>(input, shape, firstPanel + (panel * panelBytes)), sums + (panel * WeightPanels.Width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float* Widen<TLanes>(byte* panel, PanelShape shape, int firstInput, int count, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ushort* groups = Groups(panel, shape);
        float* to = scratch;
        for (int k = firstInput; k < firstInput + count;)
        {
            int group = k / shape.GroupSize;
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, firstInput + count);
            TLanes scale = Scale<TLanes>(groups, group);
            TLanes zero = Zero<TLanes>(groups, group);
            for (; k < end; k++)
            {
                TLanes.Store((TLanes.LoadNibbles(panel + ((long)k * NibbleBytes)) - zero) * scale, to);
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
                for (int lane = row % WeightPanels.Width + 1; lane < WeightPanels.Width; lane++)
                {
                    ClearLane(shape, lane, panel);
                }
            }
        }
    }

    private static void PackRow(ReadOnlySpan<byte> source, WeightShape shape, int row, byte* panel)
    {
        int lane = row % WeightPanels.Width;
        for (int k = 0; k < shape.Columns; k++)
        {
            SetNibble(panel, k, lane, (source[k / 2] >> (4 * (k % 2))) & 15);
        }

        int count = shape.Groups.Count(shape.Columns);
        ReadOnlySpan<byte> scales = source[((shape.Columns + 1) / 2)..];
        ushort* groups = Groups(panel, PanelShape.Of(shape));
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
    private static void ClearLane(WeightShape shape, int lane, byte* panel)
    {
        for (int k = 0; k < shape.Columns; k++)
        {
            SetNibble(panel, k, lane, 0);
        }

        ushort* groups = Groups(panel, PanelShape.Of(shape));
        for (int group = 0; group < shape.Groups.Count(shape.Columns); group++)
        {
            groups[(group * GroupHalves) + lane] = 0;
            groups[(group * GroupHalves) + WeightPanels.Width + lane] = 0;
        }
    }

    /// <summary>Two rows share a byte. They may be packed by two threads at once, so it changes in one step.</summary>
    private static void SetNibble(byte* panel, int k, int lane, int value)
    {
        byte* at = panel + ((long)k * NibbleBytes) + (lane % NibbleBytes);
        int shift = lane / NibbleBytes * 4;
        byte before;
        byte after;
        do
        {
            before = Volatile.Read(ref *at);
            after = (byte)((before & ~(15 << shift)) | (value << shift));
        }
        while (Interlocked.CompareExchange(ref *at, after, before) != before);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TLanes>(float* input, PanelShape shape, byte* panel0, long panelBytes, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const int width = WeightPanels.Width;
        byte* panel1 = panel0 + panelBytes;
        byte* panel2 = panel1 + panelBytes;
        byte* panel3 = panel2 + panelBytes;
        TLanes sum0 = TLanes.Broadcast(0f);
        TLanes sum1 = sum0;
        TLanes sum2 = sum0;
        TLanes sum3 = sum0;
        int k = 0;
        for (int group = 0; k < shape.Inputs; group++)
        {
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, shape.Inputs);
            TLanes scale0 = Scale<TLanes>(Groups(panel0, shape), group);
            TLanes scale1 = Scale<TLanes>(Groups(panel1, shape), group);
            TLanes scale2 = Scale<TLanes>(Groups(panel2, shape), group);
            TLanes scale3 = Scale<TLanes>(Groups(panel3, shape), group);
            TLanes zero0 = Zero<TLanes>(Groups(panel0, shape), group);
            TLanes zero1 = Zero<TLanes>(Groups(panel1, shape), group);
            TLanes zero2 = Zero<TLanes>(Groups(panel2, shape), group);
            TLanes zero3 = Zero<TLanes>(Groups(panel3, shape), group);
            for (; k < end; k++)
            {
                TLanes x = TLanes.Broadcast(input[k]);
                nint offset = (nint)k * NibbleBytes;
                sum0 = TLanes.MultiplyAdd(x, (TLanes.LoadNibbles(panel0 + offset) - zero0) * scale0, sum0);
                sum1 = TLanes.MultiplyAdd(x, (TLanes.LoadNibbles(panel1 + offset) - zero1) * scale1, sum1);
                sum2 = TLanes.MultiplyAdd(x, (TLanes.LoadNibbles(panel2 + offset) - zero2) * scale2, sum2);
                sum3 = TLanes.MultiplyAdd(x, (TLanes.LoadNibbles(panel3 + offset) - zero3) * scale3, sum3);
            }
        }

        TLanes.Store(sum0, sums);
        TLanes.Store(sum1, sums + width);
        TLanes.Store(sum2, sums + (2 * width));
        TLanes.Store(sum3, sums + (3 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLanes One<TLanes>(float* input, PanelShape shape, byte* panel)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ushort* groups = Groups(panel, shape);
        TLanes sum = TLanes.Broadcast(0f);
        int k = 0;
        for (int group = 0; k < shape.Inputs; group++)
        {
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, shape.Inputs);
            TLanes scale = Scale<TLanes>(groups, group);
            TLanes zero = Zero<TLanes>(groups, group);
            for (; k < end; k++)
            {
                sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k]), (TLanes.LoadNibbles(panel + ((long)k * NibbleBytes)) - zero) * scale, sum);
            }
        }

        return sum;
    }

    private static ushort* Groups(byte* panel, PanelShape shape) => (ushort*)(panel + ((long)shape.Inputs * NibbleBytes));

    private static TLanes Scale<TLanes>(ushort* groups, int group)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadF16(groups + ((long)group * GroupHalves));

    private static TLanes Zero<TLanes>(ushort* groups, int group)
        where TLanes : unmanaged, ILanes<TLanes>
        => TLanes.LoadF16(groups + ((long)group * GroupHalves) + WeightPanels.Width);
}
