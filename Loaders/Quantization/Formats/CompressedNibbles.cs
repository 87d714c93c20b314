using System.Buffers.Binary;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary><c>weight_packed [N, ⌈K/8⌉]</c>: nibble j of word [n, r] is input 8r + j of output n; each row is ours already.</summary>
internal sealed class CompressedNibbles(CheckpointTensor tensor, int columns) : PackedNibbles(tensor)
{
    private readonly int _rowWords = WordsFor(columns);

    public override void ReadTile(NibbleTile tile, int[]? order)
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            long rowStart = (long)(tile.FirstRow + row) * _rowWords;
            if (order is null)
            {
                Tensor.ReadWords(rowStart + tile.FirstWord, tile.Row(row));
            }
            else
            {
                Gather(Tensor.Read(rowStart * sizeof(uint), _rowWords * sizeof(uint)), order, tile.FirstWord, tile.Row(row));
            }
        }
    }

    private void Gather(ReadOnlySpan<byte> row, int[] order, int firstWord, Span<uint> destination)
    {
        int firstPlace = firstWord * PerWord;
        int places = Math.Min(destination.Length * PerWord, columns - firstPlace);
        for (int i = 0; i < places; i++)
        {
            int input = order[firstPlace + i];
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(row[(input / PerWord * sizeof(uint))..]);
            destination[i / PerWord] |= ((word >> (input % PerWord * 4)) & 15) << (i % PerWord * 4);
        }
    }
}
