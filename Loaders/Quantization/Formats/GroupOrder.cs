using System.Buffers.Binary;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>From the group of each input (<c>g_idx</c>) to an order of inputs in which groups are neighbours.</summary>
internal static class GroupOrder
{
    /// <summary>compressed-tensors writes it for every input of a module that was not reordered.</summary>
    private const int Unset = -1;

    /// <param name="groupIndex">I32 <c>[K]</c>.</param>
    /// <param name="columns">K.</param>
    /// <param name="groupSize">Size of every group but the last.</param>
    /// <returns>Inputs by group, those of a group in their natural order; null where that is the natural order.</returns>
    /// <exception cref="CheckpointException">A group does not exist or has another size (<see cref="CheckpointError.InvalidGroupIndex"/>).</exception>
    public static int[]? Read(CheckpointTensor groupIndex, int columns, int groupSize)
    {
        ReadOnlySpan<byte> bytes = groupIndex.Read(0, columns * sizeof(int));
        if (IsUnset(bytes) || IsNatural(bytes, groupSize))
        {
            return null;
        }

        int groups = Int4Matrix.GroupsFor(columns, groupSize);
        int[] counts = new int[groups];
        int[] order = new int[columns];
        for (int input = 0; input < columns; input++)
        {
            int group = GroupOf(bytes, input);
            if ((uint)group >= (uint)groups)
            {
                throw Invalid(groupIndex, $"puts input {input} into group {group}, but there are {groups}");
            }

            int size = SizeOf(group, groups, columns, groupSize);
            if (counts[group] == size)
            {
                throw Invalid(groupIndex, $"puts more than {size} inputs into group {group} of {groups}, but groups are of {groupSize}");
            }

            order[(group * groupSize) + counts[group]++] = input;
        }

        return order;
    }

    private static bool IsUnset(ReadOnlySpan<byte> bytes)
    {
        for (int input = 0; input < bytes.Length / sizeof(int); input++)
        {
            if (GroupOf(bytes, input) != Unset)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNatural(ReadOnlySpan<byte> bytes, int groupSize)
    {
        for (int input = 0; input < bytes.Length / sizeof(int); input++)
        {
            if (GroupOf(bytes, input) != input / groupSize)
            {
                return false;
            }
        }

        return true;
    }

    private static int GroupOf(ReadOnlySpan<byte> bytes, int input) => BinaryPrimitives.ReadInt32LittleEndian(bytes[(input * sizeof(int))..]);

    private static int SizeOf(int group, int groups, int columns, int groupSize)
        => group == groups - 1 ? columns - (group * groupSize) : groupSize;

    private static CheckpointException Invalid(CheckpointTensor groupIndex, string problem) => new(
        CheckpointError.InvalidGroupIndex, groupIndex.FilePath, groupIndex.Name, $"{problem}. The file is damaged or was quantized in a way that is not supported: use another checkpoint.");
}
