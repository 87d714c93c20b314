using NUnit.Framework;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

public sealed class CudaInspectorTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("specexec-inspector-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024", "550.54.15")]
    [TestCase("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder@U16)", "580.65.06")]
    [TestCase("NVRM version: NVIDIA UNIX x86_64 Kernel Module  525.89  Wed Feb 1 2023", "525.89")]
    [TestCase("something else", null)]
    [TestCase(null, null)]
    public void ReleaseIsReadFromTheKernelModulesLine(string? line, string? release)
        => Assert.That(CudaInspector.ReleaseIn(line), Is.EqualTo(release));

    [Test]
    public void CacheIsCountedWithoutItsLeftovers()
    {
        File.WriteAllBytes(Path.Combine(_folder, "a.kernel"), new byte[10]);
        File.WriteAllBytes(Path.Combine(_folder, "b.kernel"), new byte[32]);
        File.WriteAllBytes(Path.Combine(_folder, "c.kernel.tmp"), new byte[99]);
        Assert.That(CudaInspector.InspectCache(_folder), Is.EqualTo(new CacheFacts(_folder, 2, 42, true)));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(3), "looking leaves nothing behind");
    }

    [Test]
    public void CacheThatIsNotThereYetIsEmptyAndIsNotMade()
    {
        string folder = Path.Combine(_folder, "deeper", "still");
        Assert.That(CudaInspector.InspectCache(folder), Is.EqualTo(new CacheFacts(folder, 0, 0, true)));
        Assert.That(Directory.Exists(Path.Combine(_folder, "deeper")), Is.False);
    }

    [Test]
    [Platform("Linux")]
    public void CacheWhereNothingCanBeWrittenSaysSo()
        => Assert.That(CudaInspector.InspectCache("/proc/specexec/kernels").IsWritable, Is.False);

    [Test]
    public void OnlyNvidiasDisplayControllersAreCards()
    {
        using FakeMachineFiles machine = new FakeMachineFiles()
            .WithPciDevice("0000:00:02.0", ("vendor", "0x8086"), ("class", "0x030000"))
            .WithPciDevice("0000:01:00.0", ("vendor", "0x10de"), ("class", "0x030000"))
            .WithPciDevice("0000:01:00.1", ("vendor", "0x10de"), ("class", "0x040300"))
            .WithPciDevice("0000:02:00.0", ("vendor", "0x10de"), ("class", "0x030200"));
        Assert.That(machine.Files.DisplayControllers("0x10de"), Is.EqualTo(["0000:01:00.0", "0000:02:00.0"]));
    }

    [TestCase(".dockerenv")]
    [TestCase("run/.containerenv")]
    public void ContainerIsKnownByItsMark(string mark)
    {
        using var machine = new FakeMachineFiles();
        Assert.That(machine.Files.IsContainer, Is.False);
        Assert.That(machine.With(mark, "").Files.IsContainer, Is.True);
    }
}
