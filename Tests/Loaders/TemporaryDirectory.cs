namespace SpecExecNative.Tests.Loaders;

/// <summary>An empty directory that goes with its contents.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("specexec-files-").FullName;

    /// <summary>Path of an item in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
