using System.Globalization;

namespace SpecExecNative.Kernels;

/// <summary>
/// Memory that this process may have: the machine's, or its control group's where that has less (a container's, a job's, a service's). What the
/// garbage collector says is what it would take itself: three quarters of a group's.
/// </summary>
public static class MainMemory
{
    private const string MachineFile = "/proc/meminfo";
    private const string MachineLabel = "MemTotal:";
    private const string GroupsFile = "/proc/self/cgroup";
    private const double UsableShare = 0.95;

    /// <summary>All of it, in bytes.</summary>
    public static long TotalBytes { get; } = Total(path => File.Exists(path) ? File.ReadAllText(path) : null) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>What weights and caches may take of it: something is left for the rest of the program.</summary>
    public static long UsableBytes => (long)(UsableShare * TotalBytes);

    /// <param name="read">Gives a file's text; null: there is no such file.</param>
    /// <returns>Null: this is not Linux.</returns>
    internal static long? Total(Func<string, string?> read)
    {
        const long Kilobyte = 1024;
        string? line = Text(read, MachineFile)?.Split('\n').FirstOrDefault(l => l.StartsWith(MachineLabel, StringComparison.Ordinal));
        if (Number(line?[MachineLabel.Length..].Replace("kB", "", StringComparison.Ordinal)) is not { } machine)
        {
            return null;
        }

        // Without a limit a file says "max", or a number beyond all memory.
        return LimitFiles(Text(read, GroupsFile)).Select(file => Number(Text(read, file)) ?? long.MaxValue).Append(machine * Kilobyte).Min();
    }

    /// <summary>Files with the limits of this process's control groups and of those around them, of version 2 and 1.</summary>
    private static IEnumerable<string> LimitFiles(string? groups)
    {
        const string Root = "/sys/fs/cgroup";
        foreach (string group in (groups ?? "0::/\n1:memory:/").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy:controllers:path
            string[] parts = group.Split(':', 3);
            if (parts.Length < 3 || !(parts[1].Length == 0 || parts[1].Split(',').Contains("memory")))
            {
                continue;
            }

            (string folder, string file) = parts[1].Length == 0 ? (Root, "memory.max") : ($"{Root}/memory", "memory.limit_in_bytes");
            for (string path = parts[2].TrimEnd('/'); ; path = path[..Math.Max(0, path.LastIndexOf('/'))])
            {
                yield return $"{folder}{path}/{file}";
                if (path.Length == 0)
                {
                    break;
                }
            }
        }
    }

    private static string? Text(Func<string, string?> read, string path)
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

    private static long? Number(string? text)
        => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? number : null;
}
