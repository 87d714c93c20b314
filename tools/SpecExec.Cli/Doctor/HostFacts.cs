using System.Globalization;

namespace SpecExecNative.Cli.Doctor;

/// <summary>The processor and its memory.</summary>
/// <param name="Cpu">As the CPU device calls itself: register width and threads.</param>
/// <param name="MemoryBytes">What this process may use at most: the machine's, or the container's.</param>
/// <param name="FreeMemoryBytes">What nobody uses at the moment.</param>
internal sealed record HostFacts(string Cpu, long MemoryBytes, long FreeMemoryBytes)
{
    public static HostFacts Of(CliHost host)
    {
        using Kernels.ComputeDevice cpu = host.CreateCpuDevice(null);
        long memory = Kernels.MainMemory.TotalBytes;
        return new HostFacts(cpu.Name, memory, Math.Min(memory, LinuxAvailable() ?? memory));
    }

    /// <summary>Linux's own estimate, which counts what it would let go of; null: another system.</summary>
    private static long? LinuxAvailable()
    {
        const string Label = "MemAvailable:";
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string? line = File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[Label.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes * 1024
            : null;
    }
}
