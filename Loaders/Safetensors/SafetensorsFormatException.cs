namespace SpecExecNative.Loaders.Safetensors;

/// <summary>A safetensors file cannot be read. The message names the file and, where one is at fault, the tensor.</summary>
public sealed class SafetensorsFormatException : ModelFormatException
{
    internal SafetensorsFormatException(
        SafetensorsError error, string path, string? tensorName, string problem, Exception? inner = null)
        : base(tensorName is null ? $"{path}: {problem}" : $"{path}: tensor '{tensorName}': {problem}", inner)
    {
        Error = error;
        FilePath = path;
        TensorName = tensorName;
    }

    public SafetensorsError Error { get; }

    public string FilePath { get; }

    /// <summary>Null where the fault is not one tensor's.</summary>
    public string? TensorName { get; }
}
