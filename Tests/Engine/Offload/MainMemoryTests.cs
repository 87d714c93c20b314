using NUnit.Framework;
using SpecExecNative.Engine.Offload;

namespace SpecExecNative.Tests.Engine.Offload;

public sealed class MainMemoryTests
{
    private const string Machine = "MemFree:  1 kB\nMemTotal:       2048 kB\nMemAvailable:    5 kB\n";

    [TestCase(null, null, 2048L * 1024)]
    [TestCase("max\n", null, 2048L * 1024)]
    [TestCase("1000000\n", null, 1_000_000)]
    [TestCase(null, "1000000\n", 1_000_000)]
    [TestCase(null, "9223372036854771712\n", 2048L * 1024)]
    [TestCase("18446744073709551615\n", null, 2048L * 1024)]
    public void TheSmallerOfMachineAndContainerCounts(string? version2, string? version1, long expected)
        => Assert.That(Total(Machine, version2, version1), Is.EqualTo(expected));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("MemTotal: lots\n")]
    public void OtherSystemsAreNotGuessedAt(string? machine) => Assert.That(Total(machine, "1000", null), Is.Null);

    [Test]
    public void FilesThatCannotBeReadDoNotCount()
        => Assert.That(MainMemory.Total(path => path == "/proc/meminfo" ? Machine : throw new UnauthorizedAccessException()), Is.EqualTo(2048L * 1024));

    /// <summary>On this machine, the collector's figure is a part of it.</summary>
    [Test]
    public void TheCollectorTakesNoMore() => Assert.That(MainMemory.TotalBytes, Is.GreaterThanOrEqualTo(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));

    private static long? Total(string? machine, string? version2, string? version1) => MainMemory.Total(path => path switch
    {
        "/proc/meminfo" => machine,
        "/sys/fs/cgroup/memory.max" => version2,
        "/sys/fs/cgroup/memory/memory.limit_in_bytes" => version1,
        _ => throw new ArgumentException(path),
    });
}
