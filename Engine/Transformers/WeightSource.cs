using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Engine.Transformers;

/// <summary>A weight of the shape and a type that the engine computes with: a checkpoint's tensor or 4-bit matrix, which have been checked to be so, or a generated one.</summary>
public sealed class WeightSource
{
    private WeightSource(string name, string filePath, WeightShape shape)
    {
        Name = name;
        FilePath = filePath;
        Shape = shape;
    }

    /// <summary>The name in a dense checkpoint.</summary>
    public string Name { get; }

    public string FilePath { get; }

    /// <summary>Null: it is <see cref="Int4"/>, or generated.</summary>
    public CheckpointTensor? Tensor { get; private init; }

    /// <summary>Null: it is a <see cref="Tensor"/>, or generated.</summary>
    public Int4Source? Int4 { get; private init; }

    /// <summary>A vector has one row.</summary>
    public WeightShape Shape { get; }

    /// <summary>Not read from anywhere but generated: a matrix of noise; a vector of ones.</summary>
    internal static WeightSource Generated(string name, WeightShape shape) => new(name, "(generated)", shape);

    /// <summary>Copies a vector, widened.</summary>
    internal void Widen(Span<float> destination)
    {
        if (Tensor is null)
        {
            destination.Fill(1);
        }
        else
        {
            Tensor.Widen(destination);
        }
    }

    /// <summary>A <c>[rows, columns]</c> matrix.</summary>
    /// <exception cref="Loaders.ModelFormatException">Missing, or of another shape or type.</exception>
    public static WeightSource Matrix(Checkpoint checkpoint, string name, int rows, int columns)
    {
        if (checkpoint.Int4(name) is not { } int4)
        {
            return Open(checkpoint.Tensors, name, [rows, columns], rows, columns);
        }

        bool hasZeros = !(checkpoint.Config.Quantization?.IsSymmetric ?? false);
        return new WeightSource(name, int4.FilePath, new WeightShape(rows, columns, DType.Int4, new Int4Groups(int4.GroupSize, hasZeros))) { Int4 = int4 };
    }

    /// <summary>A <c>[length]</c> vector.</summary>
    /// <inheritdoc cref="Matrix" path="/exception"/>
    public static WeightSource Vector(Checkpoint checkpoint, string name, int length)
        => Open(checkpoint.Tensors, name, [length], 1, length);

    private static WeightSource Open(TensorStore tensors, string name, long[] expected, int rows, int columns)
    {
        CheckpointTensor tensor = tensors.Get(name);
        if (!tensor.Shape.SequenceEqual(expected))
        {
            throw new UnsupportedWeightException(
                tensor.FilePath,
                name,
                $"has shape {TensorShape.Text(tensor.Shape)}, but config.json asks for {TensorShape.Text(expected)}. The weights do not belong to this config.json.");
        }

        DType type = tensor.Type switch
        {
            TensorType.F32 => DType.F32,
            TensorType.F16 => DType.F16,
            TensorType.BF16 => DType.BF16,
            _ => throw new UnsupportedWeightException(
                tensor.FilePath, name, $"is stored as {tensor.Type}; F32, F16 and BF16 are supported. Convert the checkpoint to one of these."),
        };
        return new WeightSource(name, tensor.FilePath, new WeightShape(rows, columns, type)) { Tensor = tensor };
    }
}
