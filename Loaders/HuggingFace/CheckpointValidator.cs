using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Quantization.Formats;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Checks that a checkpoint's tensors are those that its config asks for.</summary>
public static class CheckpointValidator
{
    /// <summary>
    /// Every tensor of the model must be there, with its shape, as F32, F16 or BF16, or, where the config says so, in the parts of
    /// a 4-bit matrix; what the engine lays out as one must be of one type (<see cref="CheckpointError.MixedTypes"/>).
    /// </summary>
    /// <returns>Names of tensors that the model has no use for, sorted: old rotary tables, the head of a tied model, ...</returns>
    /// <exception cref="CheckpointException">A tensor is missing or does not fit.</exception>
    public static IReadOnlyList<string> Validate(ModelConfig config, TensorStore tensors)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(tensors);
        return Check(config, tensors).UnusedTensors;
    }

    /// <inheritdoc cref="Validate"/>
    internal static CheckpointContents Check(ModelConfig config, TensorStore tensors)
    {
        var unused = new SortedSet<string>(tensors.Names, StringComparer.Ordinal);
        var int4 = new Dictionary<string, Int4Source>(StringComparer.Ordinal);
        foreach (ExpectedTensor expected in ExpectedTensor.Of(config))
        {
            if (IsInt4(expected, config))
            {
                var source = Int4Source.Open(tensors, expected.Name, (int)expected.Shape[0], (int)expected.Shape[1], config.Quantization!);
                int4.Add(expected.Name, source);
                unused.ExceptWith(source.PartNames);
            }
            else
            {
                Check(tensors.Get(expected.Name), expected);
                unused.Remove(expected.Name);
            }
        }

        LayerTypes.Check(config, tensors, int4);
        return new CheckpointContents([.. unused], int4);
    }

    private static bool IsInt4(ExpectedTensor expected, ModelConfig config)
        => config.Quantization is { } quantization && expected.IsLinear && quantization.IsQuantized(Int4Parts.ModuleOf(expected.Name));

    private static void Check(CheckpointTensor tensor, ExpectedTensor expected)
    {
        if (!tensor.Shape.SequenceEqual(expected.Shape))
        {
            throw new CheckpointException(
                CheckpointError.WrongShape,
                tensor.FilePath,
                tensor.Name,
                $"has shape {TensorShape.Text(tensor.Shape)}, but config.json asks for {TensorShape.Text(expected.Shape)}. Weights and config.json do not belong together.");
        }

        if (tensor.Type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            throw new CheckpointException(
                CheckpointError.UnsupportedType,
                tensor.FilePath,
                tensor.Name,
                $"is stored as {tensor.Type.Spelling()}; F32, F16 and BF16 are supported. Convert the checkpoint to one of these.");
        }
    }
}
