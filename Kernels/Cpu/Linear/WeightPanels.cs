using System.Runtime.CompilerServices;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// The packed layout of a weight matrix <c>[N, K]</c>: <c>[⌈N / 16⌉][K][16]</c>. A panel holds sixteen outputs, interleaved, so that
/// one load at k feeds sixteen accumulators and each output is a plain sequential sum over k. Outputs behind N are zero. Panels of 4-bit
/// weights look otherwise inside (<see cref="Int4Panels"/>).
/// </summary>
internal static unsafe class WeightPanels
{
    /// <summary>Outputs in one panel.</summary>
    public const int Width = 16;

    public static int Count(int rows) => (int)(((long)rows + Width - 1) / Width);

    public static long PanelBytes(WeightShape shape) => shape.Type == DType.Int4 ? Int4Panels.PanelBytes(PanelShape.Of(shape)) : shape.RowBytes * Width;

    /// <exception cref="ArgumentOutOfRangeException">The matrix is larger than any address.</exception>
    public static long Bytes(WeightShape shape)
    {
        ArgumentChecks.Groups(nameof(Bytes), nameof(shape), shape);
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Rows, 1, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Columns, 1, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Count(shape.Rows), long.MaxValue / PanelBytes(shape), nameof(shape));
        return Count(shape.Rows) * PanelBytes(shape);
    }

    /// <summary>Writes rows <paramref name="firstRow"/> … of the matrix, and the zeros behind the last row when it is among them.</summary>
    public static void Pack(ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, byte* packed)
    {
        if (shape.Type == DType.Int4)
        {
            Int4Panels.Pack(rows, shape, firstRow, packed);
            return;
        }

        fixed (byte* source = rows)
        {
            for (int row = firstRow; row < firstRow + rowCount;)
            {
                int panel = row / Width;
                int lane = row % Width;
                int lanes = Math.Min(Width - lane, firstRow + rowCount - row);
                byte* from = source + ((row - firstRow) * shape.RowBytes);
                byte* to = packed + (panel * PanelBytes(shape));
                if (shape.Type == DType.F32)
                {
                    Interleave<uint>(from, lane, lanes, shape.Columns, (uint*)to);
                }
                else
                {
                    Interleave<ushort>(from, lane, lanes, shape.Columns, (ushort*)to);
                }

                row += lanes;
                if (row == shape.Rows && row % Width != 0)
                {
                    ClearLanes(to, row % Width, shape);
                }
            }
        }
    }

    // k outermost: writes fill a panel's lines one after the other while up to sixteen rows are read side by side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave<T>(byte* rows, int firstLane, int lanes, int columns, T* panel)
        where T : unmanaged
    {
        long rowBytes = (long)columns * sizeof(T);
        for (int k = 0; k < columns; k++)
        {
            byte* from = rows + ((long)k * sizeof(T));
            T* to = panel + ((long)k * Width) + firstLane;
            for (int lane = 0; lane < lanes; lane++)
            {
                to[lane] = Unsafe.ReadUnaligned<T>(from + (lane * rowBytes));
            }
        }
    }

    private static void ClearLanes(byte* panel, int firstLane, WeightShape shape)
    {
        int elementBytes = shape.Type.Bytes();
        for (int k = 0; k < shape.Columns; k++)
        {
            new Span<byte>(panel + ((((long)k * Width) + firstLane) * elementBytes), (Width - firstLane) * elementBytes).Clear();
        }
    }
}
