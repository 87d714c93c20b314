using SpecExecNative.Loaders;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>A tensor of a checkpoint has a shape or type with which the engine cannot compute.</summary>
public sealed class UnsupportedWeightException : ModelFormatException
{
    public UnsupportedWeightException(CheckpointTensor tensor, string problem)
        : base($"{tensor.FilePath}: tensor '{tensor.Name}' {problem}")
    {
    }
}
