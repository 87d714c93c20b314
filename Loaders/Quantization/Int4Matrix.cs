using System.Buffers.Binary;

namespace SpecExecNative.Loaders.Quantization;

/// <summary>
/// A 4-bit matrix in the one form that the rest of the program knows, whatever format its checkpoint has.
/// <c>W[n, Order[k]] = (q[n, k] - z[n, g]) * s[n, g]</c> with <c>g = k / GroupSize</c>, q and z in 0..15, s binary16.
/// </summary>
/// <remarks>
/// A row (one output) is <see cref="RowBytes"/> bytes: ceil(K / 2) of nibbles, input 2i in the low half of byte i (the half
/// that an odd K leaves over is 0); then a binary16 scale of each group, little-endian; then a byte with the zero of each group.
/// </remarks>
public sealed class Int4Matrix
{
    private const int NeutralZero = 8;
    private const int MaxZero = 15;

    private readonly byte[] _rows;

    /// <param name="rows">N.</param>
    /// <param name="columns">K.</param>
    /// <param name="groupSize">From 1 to K.</param>
    /// <param name="encodedRows">N rows, encoded as above; kept, not copied.</param>
    /// <param name="order">See <see cref="Order"/>; kept, not copied.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, a zero is above 15, or the order is no permutation.</exception>
    public Int4Matrix(int rows, int columns, int groupSize, byte[] encodedRows, int[]? order = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentNullException.ThrowIfNull(encodedRows);
        RowBytes = RowBytesFor(columns, groupSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groupSize, columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(encodedRows.LongLength, (long)rows * RowBytes, nameof(encodedRows));
        CheckOrder(order, columns);
        (Rows, Columns, GroupSize, Order, _rows) = (rows, columns, groupSize, order, encodedRows);
        Groups = GroupsFor(columns, groupSize);
        IsSymmetric = CheckZeros();
    }

    /// <summary>N: outputs.</summary>
    public int Rows { get; }

    /// <summary>K: inputs.</summary>
    public int Columns { get; }

    /// <summary>Neighbouring places that share a scale and a zero; K where a row is one group. The last group may be shorter.</summary>
    public int GroupSize { get; }

    /// <summary>Groups of a row.</summary>
    public int Groups { get; }

    /// <summary>Element i is the natural number of the input that stands at place i; null: all stand at their own.</summary>
    public int[]? Order { get; }

    /// <summary>All zeros are 8.</summary>
    public bool IsSymmetric { get; }

    /// <summary>
    /// A zero was stored as GPTQ's ambiguous nibble 15 and read as 0, as most kernels do; some read 16, and give other numbers.
    /// </summary>
    public bool HasAmbiguousZeros { get; init; }

    /// <summary>Bytes of one encoded row.</summary>
    public int RowBytes { get; }

    private int NibbleBytes => NibbleBytesFor(Columns);

    private int ZeroOffset => NibbleBytes + (Groups * sizeof(ushort));

    /// <summary>Bytes of one encoded row of <paramref name="columns"/> inputs.</summary>
    public static int RowBytesFor(int columns, int groupSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groupSize);
        return checked(NibbleBytesFor(columns) + (GroupsFor(columns, groupSize) * (sizeof(ushort) + sizeof(byte))));
    }

    /// <summary>Copies encoded rows.</summary>
    /// <param name="firstRow">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">At least <paramref name="count"/> × <see cref="RowBytes"/> bytes.</param>
    public void CopyRows(int firstRow, int count, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Rows - firstRow);
        _rows.AsSpan(firstRow * RowBytes, count * RowBytes).CopyTo(destination);
    }

    /// <summary>One row's weights, inputs in their natural order. Exact: a product of 5 and 11 bits fits a float.</summary>
    /// <param name="row">Output.</param>
    /// <param name="destination"><see cref="Columns"/> elements.</param>
    public void Dequantize(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Columns, nameof(destination));
        ReadOnlySpan<byte> encoded = _rows.AsSpan(row * RowBytes, RowBytes);
        for (int group = 0; group < Groups; group++)
        {
            float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(encoded[(NibbleBytes + (group * sizeof(ushort)))..]);
            int zero = encoded[ZeroOffset + group];
            int end = (int)Math.Min((group + 1L) * GroupSize, Columns);
            for (int place = group * GroupSize; place < end; place++)
            {
                int nibble = (encoded[place >> 1] >> ((place & 1) * 4)) & 15;
                destination[Order is null ? place : Order[place]] = (nibble - zero) * scale;
            }
        }
    }

    /// <summary>One encoded row.</summary>
    internal ReadOnlySpan<byte> Row(int row) => _rows.AsSpan(row * RowBytes, RowBytes);

    /// <summary>A row's binary16 scales, one for each group.</summary>
    internal ReadOnlySpan<byte> Scales(int row) => Row(row)[NibbleBytes..ZeroOffset];

    /// <summary>A row's zeros, one for each group.</summary>
    internal ReadOnlySpan<byte> Zeros(int row) => Row(row)[ZeroOffset..];

    internal static int NibbleBytesFor(int columns) => (columns / 2) + (columns % 2);

    internal static int GroupsFor(int columns, int groupSize) => (columns / groupSize) + (columns % groupSize == 0 ? 0 : 1);

    private static void CheckOrder(int[]? order, int columns)
    {
        if (order is null)
        {
            return;
        }

        bool[] seen = new bool[columns];
        foreach (int input in order)
        {
            if ((uint)input >= (uint)columns || seen[input])
            {
                throw new ArgumentException($"The order has {input} twice, or it is none of {columns} inputs.", nameof(order));
            }

            seen[input] = true;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(order.Length, columns, nameof(order));
    }

    private bool CheckZeros()
    {
        bool symmetric = true;
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<byte> zeros = _rows.AsSpan((row * RowBytes) + ZeroOffset, Groups);
            if (zeros.ContainsAnyExcept((byte)NeutralZero))
            {
                symmetric = false;
                if (zeros.ContainsAnyExceptInRange((byte)0, (byte)MaxZero))
                {
                    throw new ArgumentException($"A zero of row {row} is above {MaxZero}.", "encodedRows");
                }
            }
        }

        return symmetric;
    }
}
