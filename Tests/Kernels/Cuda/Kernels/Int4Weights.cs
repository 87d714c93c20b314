using System.Buffers.Binary;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>A random matrix of 4-bit weights: its parts, its rows as devices are given them, packed for a card, and widened.</summary>
internal sealed class Int4Weights
{
    private readonly DType _element;

    public Int4Weights(DType element, int rows, int columns, Int4Groups groups, int seed)
    {
        _element = element;
        Shape = new WeightShape(rows, columns, DType.Int4, groups);
        var random = new Random(seed);
        Nibbles = [.. Enumerable.Range(0, rows * columns).Select(_ => random.Next(16))];
        int count = rows * groups.Count(columns);
        Zeros = [.. Enumerable.Range(0, count).Select(_ => groups.HasZeros ? random.Next(16) : Int4Groups.Middle)];
        Scales = [.. Enumerable.Range(0, count).Select(_ => (Half)((random.NextDouble() + 0.25) / 16 * (random.Next(4) == 0 ? -1 : 1)))];
    }

    public WeightShape Shape { get; }

    /// <summary>[row][column].</summary>
    public int[] Nibbles { get; }

    /// <summary>[row][group].</summary>
    public int[] Zeros { get; }

    /// <summary>[row][group].</summary>
    public Half[] Scales { get; init; }

    private int Groups => Shape.Groups.Count(Shape.Columns);

    /// <summary>(q − zero) · scale, scale and product each rounded to the element.</summary>
    public float[] Elements => ElementFormat.Round(
        _element,
        [.. Enumerable.Range(0, Shape.Rows * Shape.Columns).Select(i =>
        {
            int group = (i / Shape.Columns * Groups) + (i % Shape.Columns / Shape.Groups.Size);
            return (Nibbles[i] - Zeros[group]) * ElementFormat.Decode(_element, ElementFormat.Encode(_element, (float)Scales[group]));
        })]);

    /// <summary>(q − zero) · scale, which binary32 holds.</summary>
    public float[] Exact => [.. Enumerable.Range(0, Shape.Rows * Shape.Columns).Select(i =>
    {
        int group = (i / Shape.Columns * Groups) + (i % Shape.Columns / Shape.Groups.Size);
        return (Nibbles[i] - Zeros[group]) * (float)Scales[group];
    })];

    /// <summary>The encoding that <see cref="WeightShape.RowBytes"/> documents.</summary>
    public byte[] Rows
    {
        get
        {
            var bytes = new byte[Shape.Rows * Shape.RowBytes];
            for (int row = 0; row < Shape.Rows; row++)
            {
                Span<byte> target = bytes.AsSpan((int)(row * Shape.RowBytes), (int)Shape.RowBytes);
                for (int column = 0; column < Shape.Columns; column++)
                {
                    target[column / 2] |= (byte)(Nibbles[(row * Shape.Columns) + column] << (4 * (column % 2)));
                }

                Span<byte> scales = target[((Shape.Columns + 1) / 2)..];
                for (int group = 0; group < Groups; group++)
                {
                    BinaryPrimitives.WriteHalfLittleEndian(scales[(2 * group)..], Scales[(row * Groups) + group]);
                    scales[(2 * Groups) + group] = (byte)Zeros[(row * Groups) + group];
                }
            }

            return bytes;
        }
    }

    /// <summary>As it lies in a card's memory; what nobody writes is 0xFF.</summary>
    public byte[] Packed
    {
        get
        {
            var packed = new byte[Int4Layout.Bytes(Shape)];
            Array.Fill(packed, (byte)0xFF);
            Int4Layout.Write(Rows, Shape, 0, _element, packed);
            return packed;
        }
    }
}
