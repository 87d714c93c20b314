using System.Buffers.Binary;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>
/// compressed-tensors' pack-quantized: I32 <c>weight_packed [N, ⌈K/8⌉]</c>, <c>weight_scale [N, groups]</c>,
/// I32 <c>weight_zero_point [⌈N/8⌉, groups]</c> where it is asymmetric, <c>weight_shape [2]</c>, I32 <c>weight_g_idx [K]</c>.
/// </summary>
internal static class CompressedFormat
{
    /// <exception cref="CheckpointException">A part is missing or does not fit.</exception>
    public static Int4Source Open(Int4Parts parts)
    {
        CheckpointTensor nibbles = parts.Require("weight_packed", Int4Parts.Words, parts.Rows, PackedNibbles.WordsFor(parts.Columns));
        CheckpointTensor scales = parts.Require("weight_scale", Int4Parts.Scales, parts.Rows, parts.Groups);
        CheckpointTensor? zeros = parts.Config.IsSymmetric
            ? null
            : parts.Require("weight_zero_point", Int4Parts.Words, PackedNibbles.WordsFor(parts.Rows), parts.Groups);
        CheckpointTensor? groupIndex = parts.Config.HasActOrder && parts.Groups > 1
            ? parts.Require("weight_g_idx", Int4Parts.Words, parts.Columns)
            : parts.Find("weight_g_idx", Int4Parts.Words, parts.Columns);
        CheckShape(parts.Require("weight_shape", Int4Parts.Sizes, 2), parts);
        return new Int4Source(
            parts,
            new CompressedNibbles(nibbles, parts.Columns),
            new GroupScales(scales, groupsFirst: false),
            new GroupZeros(zeros, groupsFirst: false),
            groupIndex);
    }

    private static void CheckShape(CheckpointTensor shape, Int4Parts parts)
    {
        ReadOnlySpan<byte> bytes = shape.Read(0, (int)shape.Bytes);
        long[] sizes = shape.Type == TensorType.I64
            ? [BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..])]
            : [BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(int)..])];
        if (sizes[0] != parts.Rows || sizes[1] != parts.Columns)
        {
            throw new CheckpointException(
                CheckpointError.WrongShape, shape.FilePath, shape.Name, $"says {TensorShape.Text(sizes)}, but config.json asks for {TensorShape.Text<long>([parts.Rows, parts.Columns])}. Weights and config.json do not belong together.");
        }
    }
}
