using System.Buffers.Binary;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Engine.Quantization;

/// <summary>Writes a row in <see cref="Int4Matrix"/>'s encoding.</summary>
internal readonly ref struct Int4RowWriter
{
    private readonly Span<byte> _nibbles;
    private readonly Span<byte> _scales;
    private readonly Span<byte> _zeros;

    /// <param name="row">The row's bytes, cleared.</param>
    /// <param name="columns">K.</param>
    /// <param name="groupSize">Inputs in a group.</param>
    public Int4RowWriter(Span<byte> row, int columns, int groupSize)
    {
        int groups = ((columns - 1) / groupSize) + 1;
        _nibbles = row[..((columns + 1) / 2)];
        _scales = row.Slice(_nibbles.Length, groups * sizeof(ushort));
        _zeros = row[(_nibbles.Length + _scales.Length)..];
    }

    public void SetGrid(int group, GroupGrid grid)
    {
        BinaryPrimitives.WriteHalfLittleEndian(_scales[(group * sizeof(ushort))..], grid.Scale);
        _zeros[group] = (byte)grid.Zero;
    }

    /// <summary>Once for each place.</summary>
    public void SetNibble(int place, int q) => _nibbles[place >> 1] |= (byte)(q << ((place & 1) * 4));
}
