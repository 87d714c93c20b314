using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>The weights of a matrix, eight to a 32-bit word in some format's arrangement.</summary>
internal abstract class PackedNibbles(CheckpointTensor tensor)
{
    /// <summary>Nibbles of a word.</summary>
    public const int PerWord = 8;

    public CheckpointTensor Tensor { get; } = tensor;

    /// <summary>Words that hold so many nibbles.</summary>
    public static int WordsFor(int nibbles) => (nibbles / PerWord) + (nibbles % PerWord == 0 ? 0 : 1);

    /// <summary>Fills a tile that is all zeros; what it puts past the last column does not matter.</summary>
    /// <param name="tile">Says which rows and words.</param>
    /// <param name="order">As <see cref="Int4Matrix.Order"/>.</param>
    public abstract void ReadTile(NibbleTile tile, int[]? order);
}
