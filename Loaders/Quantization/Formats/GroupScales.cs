using System.Buffers.Binary;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.Quantization.Formats;

/// <summary>The scales of a matrix, F16, BF16 or F32, as <c>[groups, rows]</c> or <c>[rows, groups]</c>.</summary>
internal sealed class GroupScales(CheckpointTensor tensor, bool groupsFirst)
{
    private readonly int _elementBytes = tensor.Type.Bits() / 8;

    /// <summary>One row's scales as binary16, rounded to the nearest where they are wider.</summary>
    /// <exception cref="CheckpointException">One is NaN, infinite or too large (<see cref="CheckpointError.InvalidScale"/>).</exception>
    public void ReadRow(int row, Span<byte> destination)
    {
        int groups = destination.Length / sizeof(ushort);
        for (int group = 0; group < groups; group++)
        {
            long index = groupsFirst ? (group * tensor.Shape[1]) + row : (row * tensor.Shape[1]) + group;
            ReadOnlySpan<byte> element = tensor.Read(index * _elementBytes, _elementBytes);
            float exact = tensor.Type switch
            {
                TensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
                TensorType.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
                _ => BinaryPrimitives.ReadSingleLittleEndian(element),
            };
            var scale = (Half)exact;
            if (!Half.IsFinite(scale))
            {
                throw new CheckpointException(
                    CheckpointError.InvalidScale, tensor.FilePath, tensor.Name, $"has the scale {exact} for group {group} of output {row}; scales must be finite and fit F16 (up to 65504). The file is damaged or was quantized badly: use another checkpoint.");
            }

            BinaryPrimitives.WriteHalfLittleEndian(destination[(group * sizeof(ushort))..], scale);
        }
    }
}
