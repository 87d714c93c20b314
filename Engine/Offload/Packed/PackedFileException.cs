namespace SpecExecNative.Engine.Offload;

/// <summary>A file of packed layers could not be written or read, or is no longer what it was.</summary>
public sealed class PackedFileException : IOException
{
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong, and what to do.</param>
    /// <param name="inner">The cause.</param>
    public PackedFileException(string path, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
