using System.Globalization;

namespace SpecExecNative.Engine.Offload;

/// <summary>
/// Memory that this process may have: the machine's, or the container's where that has less. What the garbage collector says is what it would
/// take itself: three quarters of a container's.
/// </summary>
public static class MainMemory
{
    private const string MachineFile = "/proc/meminfo";
    private const string MachineLabel = "MemTotal:";

    /// <summary>Limits of a container: control groups of version 2 and 1. Without a limit they say "max", or a number beyond all memory.</summary>
    private static readonly string[] ContainerFiles = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <summary>All of it, in bytes.</summary>
    public static long TotalBytes { get; } = Total(path => File.Exists(path) ? File.ReadAllText(path) : null) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <param name="read">Gives a file's text; null: there is no such file.</param>
    /// <returns>Null: this is not Linux.</returns>
    internal static long? Total(Func<string, string?> read)
    {
        const long Kilobyte = 1024;
        string? line = Text(MachineFile)?.Split('\n').FirstOrDefault(l => l.StartsWith(MachineLabel, StringComparison.Ordinal));
        if (Number(line?[MachineLabel.Length..].Replace("kB", "", StringComparison.Ordinal)) is not { } machine)
        {
            return null;
        }

        return ContainerFiles.Select(file => Number(Text(file)) ?? long.MaxValue).Append(machine * Kilobyte).Min();

        string? Text(string path)
        {
            try
            {
                return read(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private static long? Number(string? text)
        => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? number : null;
}
