using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>AutoAWQ's <c>gemm</c>: I32 <c>qweight [K, N/8]</c>, I32 <c>qzeros [groups, N/8]</c>, <c>scales [groups, N]</c>.</summary>
internal static class AwqFormat
{
    /// <summary>The inverse of <see cref="AwqNibbles"/>' order.</summary>
    private static readonly int[] NibbleOfOutput = [0, 4, 1, 5, 2, 6, 3, 7];

    /// <exception cref="CheckpointException">A part is missing or does not fit.</exception>
    public static Int4Source Open(Int4Parts parts)
    {
        if (parts.Rows % PackedNibbles.PerWord != 0)
        {
            throw parts.Unpackable("qweight", $"AWQ packs {PackedNibbles.PerWord} outputs to a word");
        }

        long words = parts.Rows / PackedNibbles.PerWord;
        CheckpointTensor nibbles = parts.Require("qweight", Int4Parts.Words, parts.Columns, words);
        CheckpointTensor scales = parts.Require("scales", Int4Parts.Scales, parts.Groups, parts.Rows);
        CheckpointTensor? zeros = parts.Config.IsSymmetric
            ? parts.Find("qzeros", Int4Parts.Words, parts.Groups, words)
            : parts.Require("qzeros", Int4Parts.Words, parts.Groups, words);
        return new Int4Source(
            parts,
            new AwqNibbles(nibbles, parts.Rows, parts.Columns),
            new GroupScales(scales, groupsFirst: true),
            new GroupZeros(zeros, groupsFirst: true) { NibbleOfOutput = NibbleOfOutput },
            groupIndex: null);
    }
}
