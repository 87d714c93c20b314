using System.Buffers.Binary;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>The zeros of a matrix: for each group, eight outputs to a word.</summary>
/// <param name="tensor">I32 <c>[groups, rows/8]</c>, or <c>[rows/8, groups]</c>; null: all are 8.</param>
/// <param name="groupsFirst">Which of the two.</param>
internal sealed class GroupZeros(CheckpointTensor? tensor, bool groupsFirst)
{
    private const byte Neutral = 8;
    private const int Mask = 15;

    /// <summary>Nibble of each of a word's outputs.</summary>
    public IReadOnlyList<int> NibbleOfOutput { get; init; } = [0, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>A stored zero is the true one less one, and a stored 15 is ambiguous: 0 to most kernels, 16 to some.</summary>
    public bool AreLessOne { get; init; }

    /// <summary>One row's zeros, a byte each.</summary>
    /// <returns>Whether one was ambiguous; it is read as 0.</returns>
    public bool ReadRow(int row, Span<byte> destination)
    {
        if (tensor is null)
        {
            destination.Fill(Neutral);
            return false;
        }

        bool ambiguous = false;
        int shift = NibbleOfOutput[row % PackedNibbles.PerWord] * 4;
        int word = row / PackedNibbles.PerWord;
        for (int group = 0; group < destination.Length; group++)
        {
            long index = groupsFirst ? (group * tensor.Shape[1]) + word : (word * tensor.Shape[1]) + group;
            int stored = (int)(BinaryPrimitives.ReadUInt32LittleEndian(tensor.Read(index * sizeof(uint), sizeof(uint))) >> shift) & Mask;
            ambiguous |= AreLessOne && stored == Mask;
            destination[group] = (byte)(AreLessOne ? (stored + 1) & Mask : stored);
        }

        return ambiguous;
    }
}
