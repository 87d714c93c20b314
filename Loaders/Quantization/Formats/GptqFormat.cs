using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>
/// AutoGPTQ's and GPTQModel's layout: I32 <c>qweight [K/8, N]</c>, I32 <c>qzeros [groups, N/8]</c>, <c>scales [groups, N]</c>,
/// I32 <c>g_idx [K]</c>.
/// </summary>
internal static class GptqFormat
{
    /// <exception cref="CheckpointException">A part is missing or does not fit.</exception>
    public static Int4Source Open(Int4Parts parts)
    {
        if (parts.Columns % PackedNibbles.PerWord != 0)
        {
            throw parts.Unpackable("qweight", $"GPTQ packs {PackedNibbles.PerWord} inputs to a word");
        }

        CheckpointTensor nibbles = parts.Require("qweight", Int4Parts.Words, parts.Columns / PackedNibbles.PerWord, parts.Rows);
        CheckpointTensor scales = parts.Require("scales", Int4Parts.Scales, parts.Groups, parts.Rows);
        CheckpointTensor? groupIndex = parts.Config.HasActOrder && parts.Groups > 1
            ? parts.Require("g_idx", Int4Parts.Words, parts.Columns)
            : parts.Find("g_idx", Int4Parts.Words, parts.Columns);
        return new Int4Source(
            parts,
            new GptqNibbles(nibbles, parts.Rows),
            new GroupScales(scales, groupsFirst: true),
            new GroupZeros(Zeros(parts), groupsFirst: true) { AreLessOne = parts.Config.StoresZerosLessOne },
            groupIndex);
    }

    private static CheckpointTensor? Zeros(Int4Parts parts)
    {
        long words = parts.Rows / PackedNibbles.PerWord;
        CheckpointTensor? zeros = parts.Config.IsSymmetric
            ? parts.Find("qzeros", Int4Parts.Words, parts.Groups, words)
            : parts.Require("qzeros", Int4Parts.Words, parts.Groups, words);
        return zeros is null || parts.Rows % PackedNibbles.PerWord == 0
            ? zeros
            : throw parts.Unpackable("qzeros", $"GPTQ packs the zeros of {PackedNibbles.PerWord} outputs to a word");
    }
}
