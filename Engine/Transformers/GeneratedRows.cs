using System.Runtime.InteropServices;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// Rows of a generated weight: noise of about the size of trained weights, so that activations stay finite, from a block that repeats, so
/// that making them costs next to nothing. The same row is the same each time.
/// </summary>
internal sealed class GeneratedRows(WeightShape shape, int[]? order) : RowReader(shape, order)
{
    private const int BlockBytes = 1 << 20;
    private const float Range = 0.02f;
    private const int Seed = 1;

    private static readonly byte[] Noise = MakeNoise();
    private static readonly byte[] Halves = MakeHalves();

    private readonly WeightShape _shape = shape;

    protected override ReadOnlySpan<byte> ReadNatural(int first, int count)
    {
        byte[] rows = new byte[checked(count * RowBytes)];
        for (int i = 0; i < count; i++)
        {
            Span<byte> row = rows.AsSpan(i * RowBytes, RowBytes);
            if (_shape.Type == DType.Int4)
            {
                FillInt4(row, first + i);
            }
            else
            {
                Repeat(Halves, first + i, row);
            }
        }

        return rows;
    }

    private void FillInt4(Span<byte> row, int index)
    {
        int groups = _shape.Groups.Count(_shape.Columns);
        int nibbles = (_shape.Columns + 1) / 2;
        Repeat(Noise, index, row[..nibbles]);
        MemoryMarshal.Cast<byte, Half>(row.Slice(nibbles, 2 * groups)).Fill((Half)(Range / Int4Groups.Middle));
        row[(nibbles + (2 * groups))..].Fill(Int4Groups.Middle);
        if (_shape.Columns % 2 != 0)
        {
            row[nibbles - 1] &= 0x0f; // nothing behind the last input
        }
    }

    /// <summary>Each row begins elsewhere in the block, on an even byte.</summary>
    private static void Repeat(byte[] block, int index, Span<byte> row)
    {
        int at = (int)((uint)index * 2654435761u % BlockBytes) & ~1;
        while (!row.IsEmpty)
        {
            int some = Math.Min(row.Length, BlockBytes - at);
            block.AsSpan(at, some).CopyTo(row);
            row = row[some..];
            at = 0;
        }
    }

    private static byte[] MakeNoise()
    {
        byte[] noise = new byte[BlockBytes];
        new Random(Seed).NextBytes(noise);
        return noise;
    }

    private static byte[] MakeHalves()
    {
        byte[] bytes = new byte[BlockBytes];
        var random = new Random(Seed);
        foreach (ref Half half in MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()))
        {
            half = (Half)((random.NextSingle() - 0.5f) * (2 * Range));
        }

        return bytes;
    }
}
