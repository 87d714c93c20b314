using System.Runtime.InteropServices;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>
/// A piece of a matrix while it is transposed: some rows of some words of eight inputs each, small enough for the first cache.
/// Input 8w + j of a row is nibble j of its word w.
/// </summary>
internal sealed class NibbleTile
{
    /// <summary>A multiple of 8, as AWQ's and GPTQ's words hold eight outputs.</summary>
    public const int MaxRows = 128;

    /// <summary>A cache line of words.</summary>
    public const int MaxWords = 16;

    private readonly uint[] _values = new uint[MaxRows * MaxWords];
    private readonly uint[] _scratch = new uint[MaxRows];

    public int FirstRow { get; private set; }

    public int Rows { get; private set; }

    public int FirstWord { get; private set; }

    public int Words { get; private set; }

    public ref uint this[int row, int word] => ref _values[(row * MaxWords) + word];

    /// <summary>Takes its place in the matrix, all zeros.</summary>
    public void Place(int firstRow, int rows, int firstWord, int words)
    {
        (FirstRow, Rows, FirstWord, Words) = (firstRow, rows, firstWord, words);
        _values.AsSpan(0, rows * MaxWords).Clear();
    }

    public Span<uint> Row(int row) => _values.AsSpan(row * MaxWords, Words);

    /// <summary>Room for up to a word of each row.</summary>
    public Span<uint> Scratch(int length) => _scratch.AsSpan(0, length);

    /// <summary>A row's words as bytes; nibbles past the matrix's last column become 0.</summary>
    /// <param name="row">In the tile.</param>
    /// <param name="columns">Of the matrix.</param>
    /// <param name="destination">From the tile's first word to the end of the row's nibbles.</param>
    public void CopyRow(int row, int columns, Span<byte> destination)
    {
        Span<uint> words = Row(row);
        int inputs = columns - (FirstWord * PackedNibbles.PerWord);
        if (inputs < Words * PackedNibbles.PerWord)
        {
            words[^1] &= (1u << (4 * (inputs % PackedNibbles.PerWord))) - 1;
        }

        if (!BitConverter.IsLittleEndian)
        {
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(words, words);
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(words);
        bytes[..Math.Min(bytes.Length, destination.Length)].CopyTo(destination);
    }
}
