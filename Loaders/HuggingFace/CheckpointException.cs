namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>A checkpoint's files do not fit together, or do not fit its config.json.</summary>
public sealed class CheckpointException : ModelFormatException
{
    internal CheckpointException(
        CheckpointError error, string path, string? tensorName, string problem, Exception? inner = null)
        : base(tensorName is null ? $"{path}: {problem}" : $"{path}: tensor '{tensorName}' {problem}", inner)
    {
        Error = error;
        FilePath = path;
        TensorName = tensorName;
    }

    public CheckpointError Error { get; }

    /// <summary>The file at fault, or the directory.</summary>
    public string FilePath { get; }

    /// <summary>Null where the fault is not one tensor's.</summary>
    public string? TensorName { get; }
}
