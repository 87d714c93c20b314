using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels;

public sealed class MainMemoryTests
{
    private const string Machine = "MemFree:  1 kB\nMemTotal:       2048 kB\nMemAvailable:    5 kB\n";
    private const long MachineBytes = 2048L * 1024;

    [TestCase(null, MachineBytes)]
    [TestCase("/sys/fs/cgroup/memory.max=max\n", MachineBytes)]
    [TestCase("/sys/fs/cgroup/memory.max=18446744073709551615\n", MachineBytes)]
    [TestCase("/sys/fs/cgroup/memory.max=1000000\n", 1_000_000)]
    [TestCase("/sys/fs/cgroup/memory/memory.limit_in_bytes=1000000\n", 1_000_000)]
    [TestCase("/sys/fs/cgroup/memory/memory.limit_in_bytes=9223372036854771712\n", MachineBytes)]
    public void TheSmallerOfMachineAndContainerCounts(string? limit, long expected) => Assert.That(Total(Machine, null, limit), Is.EqualTo(expected));

    /// <summary>A job's or a service's limit lies in its own group, or in one around it.</summary>
    [TestCase("0::/system.slice/job_7/step\n", "/sys/fs/cgroup/system.slice/job_7/step/memory.max=1000000")]
    [TestCase("0::/system.slice/job_7/step\n", "/sys/fs/cgroup/system.slice/job_7/memory.max=1000000")]
    [TestCase("0::/system.slice/job_7/step\n", "/sys/fs/cgroup/memory.max=1000000")]
    [TestCase("12:cpu,cpuacct:/x\n4:memory:/slurm/job_7\n", "/sys/fs/cgroup/memory/slurm/job_7/memory.limit_in_bytes=1000000")]
    [TestCase("4:memory:/slurm/job_7\n0::/\n", "/sys/fs/cgroup/memory/slurm/memory.limit_in_bytes=1000000")]
    public void GroupsAreLookedAtUpToTheRoot(string groups, string limit) => Assert.That(Total(Machine, groups, limit), Is.EqualTo(1_000_000));

    [TestCase("0::/a\n", "/sys/fs/cgroup/b/memory.max=1000000")]
    [TestCase("4:cpu:/a\nnonsense\n:\n", "/sys/fs/cgroup/cpu/a/memory.limit_in_bytes=1000000")]
    public void OtherGroupsDoNotCount(string groups, string limit) => Assert.That(Total(Machine, groups, limit), Is.EqualTo(MachineBytes));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("MemTotal: lots\n")]
    public void OtherSystemsAreNotGuessedAt(string? machine) => Assert.That(Total(machine, "0::/\n", "/sys/fs/cgroup/memory.max=1000"), Is.Null);

    [Test]
    public void FilesThatCannotBeReadDoNotCount()
        => Assert.That(MainMemory.Total(path => path == "/proc/meminfo" ? Machine : throw new UnauthorizedAccessException()), Is.EqualTo(MachineBytes));

    /// <param name="machine">What the machine's file says.</param>
    /// <param name="groups">What the process's groups are.</param>
    /// <param name="limit">A file and what it says.</param>
    private static long? Total(string? machine, string? groups, string? limit) => MainMemory.Total(path => path switch
    {
        "/proc/meminfo" => machine,
        "/proc/self/cgroup" => groups,
        _ when limit is not null && limit.Split('=')[0] == path => limit.Split('=')[1],
        _ => null,
    });
}
