using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cuda.Packing;

/// <summary>
/// How a weight matrix lies in a card's memory: the checkpoint's rows in the card's element, each starting on a multiple
/// of 16 bytes, which is what one copy instruction of the kernels moves. The gap is zero.
/// </summary>
internal static class RowLayout
{
    private const int ElementBytes = 2;
    private const int RowAlignment = 8;

    /// <summary>Elements from one row to the next.</summary>
    public static int Stride(int columns) => checked((columns + RowAlignment - 1) / RowAlignment * RowAlignment);

    /// <summary>Bytes of the whole matrix.</summary>
    public static long Bytes(WeightShape shape) => (long)shape.Rows * Stride(shape.Columns) * ElementBytes;

    /// <summary>Writes rows in the card's element.</summary>
    /// <param name="rows">As the checkpoint stores them.</param>
    /// <param name="shape">The whole matrix.</param>
    /// <param name="element"><see cref="DType.F16"/> or <see cref="DType.BF16"/>.</param>
    /// <param name="destination">The rows' own part of the packed matrix.</param>
    /// <exception cref="WeightOverflowException">A weight is finite, but too large for the element.</exception>
    public static void Write(ReadOnlySpan<byte> rows, WeightShape shape, DType element, Span<byte> destination)
    {
        int rowBytes = checked((int)shape.RowBytes);
        int stride = Stride(shape.Columns);
        Span<ushort> to = MemoryMarshal.Cast<byte, ushort>(destination);
        while (!rows.IsEmpty)
        {
            Span<ushort> row = to[..stride];
            row[shape.Columns..].Clear();
            ElementConversion.Convert(rows[..rowBytes], shape.Type, row[..shape.Columns], element);
            rows = rows[rowBytes..];
            to = to[stride..];
        }
    }
}
