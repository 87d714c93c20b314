using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary><c>qweight [K, N/8]</c>: nibble i of word [k, c] is input k of output 8c + <see cref="OutputOfNibble"/>[i].</summary>
internal sealed class AwqNibbles(CheckpointTensor tensor, int rows, int columns) : PackedNibbles(tensor)
{
    /// <summary>The interleaving that lets AWQ's kernel take two outputs out of a word at once.</summary>
    private static ReadOnlySpan<byte> OutputOfNibble => [0, 2, 4, 6, 1, 3, 5, 7];

    public override void ReadTile(NibbleTile tile, int[]? order)
    {
        Span<uint> packed = tile.Scratch(tile.Rows / PerWord);
        for (int word = 0; word < tile.Words; word++)
        {
            int firstInput = (tile.FirstWord + word) * PerWord;
            int inputs = Math.Min(PerWord, columns - firstInput);
            for (int place = 0; place < inputs; place++)
            {
                Tensor.ReadWords(((firstInput + place) * (long)(rows / PerWord)) + (tile.FirstRow / PerWord), packed);
                Spread(packed, tile, word, place * 4);
            }
        }
    }

    private static void Spread(ReadOnlySpan<uint> packed, NibbleTile tile, int word, int shift)
    {
        for (int i = 0; i < packed.Length; i++)
        {
            for (int nibble = 0; nibble < PerWord; nibble++)
            {
                tile[(i * PerWord) + OutputOfNibble[nibble], word] |= ((packed[i] >> (nibble * 4)) & 15) << shift;
            }
        }
    }
}
