using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cuda.Packing;

/// <summary>
/// How a matrix of 4-bit weights lies in a card's memory (<c>Sources/int4_weights.cuh</c>): nibbles in the order in which the tensor
/// cores' fragments take them, then scales as elements, then zeros, if there are any. One layout for all kernels and cards; it is what
/// crosses PCIe.
/// </summary>
internal static class Int4Layout
{
    private const int BlockRows = 16;
    private const int BlockColumns = 64;
    private const int BlockBytes = BlockRows * BlockColumns / 2;

    // Groups of this size and its doubles fit the kernels' halves of a tile; a single group is as good as an endless one.
    private const int LeastGroup = 32;
    private const int EndlessShift = 31;

    /// <summary>Bytes of the whole matrix.</summary>
    public static long Bytes(WeightShape shape)
        => ZeroOffset(shape) + (shape.Groups.HasZeros ? (long)shape.Groups.Count(shape.Columns) * PaddedRows(shape) : 0);

    /// <summary>Where scales begin.</summary>
    public static long ScaleOffset(WeightShape shape) => (long)Blocks(shape.Rows, BlockRows) * Blocks(shape.Columns, BlockColumns) * BlockBytes;

    /// <summary>Where zeros begin, or would.</summary>
    public static long ZeroOffset(WeightShape shape) => ScaleOffset(shape) + (2L * shape.Groups.Count(shape.Columns) * PaddedRows(shape));

    /// <summary>Whether the kernels multiply with such groups as they are; others are widened first.</summary>
    public static bool IsDirect(WeightShape shape)
        => shape.Groups.Count(shape.Columns) == 1 || (shape.Groups.Size >= LeastGroup && (shape.Groups.Size & (shape.Groups.Size - 1)) == 0);

    /// <summary>The kernels' <c>weightLayout</c>: the logarithm of the group's size, negative where there are no zeros.</summary>
    public static int Code(WeightShape shape)
    {
        int shift = shape.Groups.Count(shape.Columns) == 1 ? EndlessShift : int.Log2(shape.Groups.Size);
        return shape.Groups.HasZeros ? shift : -shift;
    }

    /// <summary>Writes rows of the encoding that <see cref="WeightShape.RowBytes"/> documents.</summary>
    /// <param name="rows">One after the other.</param>
    /// <param name="shape">The whole matrix.</param>
    /// <param name="firstRow">Where they stand in it.</param>
    /// <param name="element"><see cref="DType.F16"/> or <see cref="DType.BF16"/>: what scales are kept in.</param>
    /// <param name="matrix">The whole packed matrix.</param>
    /// <exception cref="ArgumentException">A zero is not 8 though the shape has no zeros.</exception>
    public static void Write(ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, DType element, Span<byte> matrix)
    {
        int rowBytes = checked((int)shape.RowBytes);
        for (int row = firstRow; !rows.IsEmpty; row++, rows = rows[rowBytes..])
        {
            WriteRow(rows[..rowBytes], shape, row, element, matrix);
            if (row == shape.Rows - 1)
            {
                ClearPadding(shape, matrix);
            }
        }
    }

    private static void WriteRow(ReadOnlySpan<byte> source, WeightShape shape, int row, DType element, Span<byte> matrix)
    {
        int nibbleBytes = (shape.Columns + 1) / 2;
        int groups = shape.Groups.Count(shape.Columns);
        WriteNibbles(source[..nibbleBytes], shape, row, matrix);
        Span<ushort> scales = MemoryMarshal.Cast<byte, ushort>(matrix[checked((int)ScaleOffset(shape))..]);
        Span<byte> zeros = matrix[checked((int)ZeroOffset(shape))..];
        int stride = PaddedRows(shape);
        for (int group = 0; group < groups; group++)
        {
            ushort scale = BinaryPrimitives.ReadUInt16LittleEndian(source[(nibbleBytes + (2 * group))..]);
            scales[(group * stride) + row] = element == DType.F16 ? scale : ToBFloat(scale);
            byte zero = source[nibbleBytes + (2 * groups) + group];
            if (shape.Groups.HasZeros)
            {
                zeros[(group * stride) + row] = zero;
            }
            else if (zero != Int4Groups.Middle)
            {
                throw new ArgumentException($"Row {row} has zero {zero} in group {group}, in a matrix without zeros.", nameof(source));
            }
        }
    }

    /// <summary>A word of a block is eight weights of one row: columns 0, 8, 16, 24 from the word's first on, and their right neighbours.</summary>
    private static void WriteNibbles(ReadOnlySpan<byte> source, WeightShape shape, int row, Span<byte> matrix)
    {
        const int HalfBytes = BlockColumns / 4;
        const int Lanes = 4; // of a row
        int blocks = Blocks(shape.Columns, BlockColumns);
        Span<byte> padded = stackalloc byte[BlockColumns / 2];
        Span<uint> words = MemoryMarshal.Cast<byte, uint>(matrix[checked((int)((long)(row / BlockRows) * blocks * BlockBytes))..]);
        for (int block = 0; block < blocks; block++)
        {
            scoped ReadOnlySpan<byte> pairs = source[Math.Min(source.Length, block * padded.Length)..];
            if (pairs.Length < padded.Length)
            {
                padded.Clear();
                pairs.CopyTo(padded);
                pairs = padded;
            }

            Span<uint> target = words.Slice(block * BlockBytes / sizeof(uint), BlockBytes / sizeof(uint));
            for (int half = 0; half < 2; half++)
            {
                for (int lane = 0; lane < Lanes; lane++)
                {
                    uint word = 0;
                    for (int i = 0; i < 4; i++)
                    {
                        uint pair = pairs[(half * HalfBytes) + (i * Lanes) + lane];
                        word |= ((pair & 15) << (4 * i)) | ((pair >> 4) << (16 + (4 * i)));
                    }

                    target[((((row % 8) * Lanes) + lane) * 4) + (2 * half) + (row % BlockRows / 8)] = word;
                }
            }
        }
    }

    /// <summary>Rows behind the last: scale 0.</summary>
    private static void ClearPadding(WeightShape shape, Span<byte> matrix)
    {
        byte[] empty = new byte[checked((int)(shape with { Groups = shape.Groups with { HasZeros = true } }).RowBytes)];
        empty.AsSpan((shape.Columns + 1) / 2 + (2 * shape.Groups.Count(shape.Columns))).Fill(Int4Groups.Middle);
        for (int row = shape.Rows; row < PaddedRows(shape); row++)
        {
            WriteRow(empty, shape, row, DType.F16, matrix);
        }
    }

    private static ushort ToBFloat(ushort half)
    {
        uint bits = BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf(half));
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static int PaddedRows(WeightShape shape) => Blocks(shape.Rows, BlockRows) * BlockRows;

    private static int Blocks(int size, int block) => (size + block - 1) / block;
}
