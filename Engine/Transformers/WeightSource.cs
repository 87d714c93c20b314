using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Engine.Transformers;

/// <summary>A tensor of a checkpoint that has been checked to have the shape and a type that the engine computes with.</summary>
public sealed class WeightSource
{
    private WeightSource(CheckpointTensor tensor, WeightShape shape)
    {
        Tensor = tensor;
        Shape = shape;
    }

    public CheckpointTensor Tensor { get; }

    /// <summary>A vector has one row.</summary>
    public WeightShape Shape { get; }

    /// <summary>A <c>[rows, columns]</c> matrix.</summary>
    /// <exception cref="Loaders.ModelFormatException">Missing, or of another shape or type.</exception>
    public static WeightSource Matrix(TensorStore tensors, string name, int rows, int columns)
        => Open(tensors, name, [rows, columns], rows, columns);

    /// <summary>A <c>[length]</c> vector.</summary>
    /// <inheritdoc cref="Matrix" path="/exception"/>
    public static WeightSource Vector(TensorStore tensors, string name, int length)
        => Open(tensors, name, [length], 1, length);

    private static WeightSource Open(TensorStore tensors, string name, long[] expected, int rows, int columns)
    {
        CheckpointTensor tensor = tensors.Get(name);
        if (!tensor.Shape.SequenceEqual(expected))
        {
            throw new UnsupportedWeightException(
                tensor,
                $"has shape {TensorShape.Text(tensor.Shape)}, but config.json asks for {TensorShape.Text(expected)}. The weights do not belong to this config.json.");
        }

        DType type = tensor.Type switch
        {
            TensorType.F32 => DType.F32,
            TensorType.F16 => DType.F16,
            TensorType.BF16 => DType.BF16,
            _ => throw new UnsupportedWeightException(
                tensor, $"is stored as {tensor.Type}; F32, F16 and BF16 are supported. Convert the checkpoint to one of these."),
        };
        return new WeightSource(tensor, new WeightShape(rows, columns, type));
    }
}
