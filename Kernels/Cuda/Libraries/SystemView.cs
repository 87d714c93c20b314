namespace SpecExecNative.Kernels.Cuda.Libraries;

/// <summary>What the search sees of a machine. Tests show it another one.</summary>
internal class SystemView
{
    /// <summary>This machine.</summary>
    public static SystemView Real { get; } = new();

    public virtual bool IsWindows => OperatingSystem.IsWindows();

    /// <summary>Folders with libraries of another processor must be passed by.</summary>
    public virtual bool IsArm64 => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64;

    /// <summary>An environment variable; null: not set or empty.</summary>
    public virtual string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    public virtual bool FileExists(string path) => File.Exists(path);

    public virtual bool DirectoryExists(string path) => Directory.Exists(path);

    /// <summary>Folders in <paramref name="parent"/> whose names match, greatest name first; none where it cannot be read.</summary>
    public virtual IReadOnlyList<string> Directories(string parent, string pattern)
        => List(parent, () => Directory.GetDirectories(parent, pattern));

    /// <summary>Files, likewise.</summary>
    public virtual IReadOnlyList<string> Files(string parent, string pattern)
        => List(parent, () => Directory.GetFiles(parent, pattern));

    /// <summary>Joins as this system does.</summary>
    public string Join(params ReadOnlySpan<string> parts) => string.Join(IsWindows ? '\\' : '/', parts);

    private static string[] List(string parent, Func<string[]> list)
    {
        try
        {
            if (!Directory.Exists(parent))
            {
                return [];
            }

            string[] found = list();
            Array.Sort(found, static (a, b) => string.CompareOrdinal(b, a));
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
