using SpecExecNative.Loaders;

namespace SpecExecNative.Engine.Transformers;

/// <summary>A tensor of a checkpoint has a shape or type with which the engine cannot compute.</summary>
public sealed class UnsupportedWeightException : ModelFormatException
{
    public UnsupportedWeightException(string filePath, string tensor, string problem)
        : base($"{filePath}: tensor '{tensor}' {problem}")
    {
    }
}
