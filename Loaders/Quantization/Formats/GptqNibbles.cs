using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary><c>qweight [K/8, N]</c>: nibble j of word [r, n] is input 8r + j of output n, so natural order is a transposition of words.</summary>
internal sealed class GptqNibbles(CheckpointTensor tensor, int rows) : PackedNibbles(tensor)
{
    public override void ReadTile(NibbleTile tile, int[]? order)
    {
        Span<uint> outputs = tile.Scratch(tile.Rows);
        for (int word = 0; word < tile.Words; word++)
        {
            if (order is null)
            {
                ReadOutputs(tile.FirstWord + word, tile.FirstRow, outputs);
                for (int row = 0; row < outputs.Length; row++)
                {
                    tile[row, word] = outputs[row];
                }
            }
            else
            {
                Gather(tile, word, order, outputs);
            }
        }
    }

    private void Gather(NibbleTile tile, int word, int[] order, Span<uint> outputs)
    {
        ReadOnlySpan<int> inputs = order.AsSpan((tile.FirstWord + word) * PerWord, PerWord);
        for (int place = 0; place < PerWord; place++)
        {
            ReadOutputs(inputs[place] / PerWord, tile.FirstRow, outputs);
            int from = inputs[place] % PerWord * 4;
            int to = place * 4;
            for (int row = 0; row < outputs.Length; row++)
            {
                tile[row, word] |= ((outputs[row] >> from) & 15) << to;
            }
        }
    }

    private void ReadOutputs(int word, int firstRow, Span<uint> outputs) => Tensor.ReadWords(((long)word * rows) + firstRow, outputs);
}
