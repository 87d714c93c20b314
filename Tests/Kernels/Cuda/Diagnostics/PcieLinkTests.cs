using NUnit.Framework;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Kernels.Cuda.Diagnostics;

public sealed class PcieLinkTests
{
    // The usual tables round these.
    [TestCase(1, 1, 0.25)]
    [TestCase(2, 16, 8.0)]
    [TestCase(3, 16, 15.754)]
    [TestCase(4, 16, 31.508)]
    [TestCase(5, 16, 63.015)]
    public void BandwidthIsThatOfTheSpecification(int generation, int lanes, double gigabytesPerSecond)
        => Assert.That(PcieLink.BytesPerSecond(generation, lanes) / 1e9, Is.EqualTo(gigabytesPerSecond).Within(0.001));

    [TestCase("2.5 GT/s PCIe", 1)]
    [TestCase("5.0 GT/s PCIe", 2)]
    [TestCase("8.0 GT/s PCIe", 3)]
    [TestCase("16.0 GT/s PCIe", 4)]
    [TestCase("32.0 GT/s PCIe", 5)]
    [TestCase("8 GT/s", 3, Description = "older kernels")]
    public void LinuxSaysTheLinkNowAndAtMost(string speed, int generation)
    {
        using FakeMachineFiles machine = Linked(speed, "8", "32.0 GT/s PCIe", "16");
        Assert.That(PcieLinkReader.FromFiles("0000:0A:00.0", machine.Files), Is.EqualTo(new PcieLink(generation, 8, 5, 16)));
    }

    [TestCase("Unknown", "16", "16.0 GT/s PCIe", "16")]
    [TestCase("16.0 GT/s PCIe", "0", "16.0 GT/s PCIe", "16")]
    [TestCase("16.0 GT/s PCIe", "63", "16.0 GT/s PCIe", "255")]
    [TestCase("32.0 GT/s PCIe", "16", "16.0 GT/s PCIe", "16", Description = "more than the most")]
    public void NonsenseOfVirtualMachinesIsNoLink(string speed, string lanes, string maxSpeed, string maxLanes)
    {
        using FakeMachineFiles machine = Linked(speed, lanes, maxSpeed, maxLanes);
        Assert.That(PcieLinkReader.FromFiles("0000:0A:00.0", machine.Files), Is.Null);
    }

    [Test]
    public void UnknownDeviceHasNoLink()
    {
        using FakeMachineFiles machine = Linked("16.0 GT/s PCIe", "16", "16.0 GT/s PCIe", "16");
        Assert.That(PcieLinkReader.FromFiles("0000:0B:00.0", machine.Files), Is.Null);
    }

    [TestCase("1, 16, 4, 16", 1, 16, 4, 16)]
    [TestCase("3,8,4,16", 3, 8, 4, 16)]
    public void ToolSaysTheSame(string line, int generation, int lanes, int maxGeneration, int maxLanes)
        => Assert.That(PcieLinkReader.ParseTool(line), Is.EqualTo(new PcieLink(generation, lanes, maxGeneration, maxLanes)));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("[N/A], [N/A], [N/A], [N/A]")]
    [TestCase("No devices were found")]
    public void ToolThatKnowsNothingGivesNoLink(string? line) => Assert.That(PcieLinkReader.ParseTool(line), Is.Null);

    /// <summary>The file system has lower-case addresses, the driver says upper-case ones.</summary>
    private static FakeMachineFiles Linked(string speed, string lanes, string maxSpeed, string maxLanes) => new FakeMachineFiles().WithPciDevice(
        "0000:0a:00.0", ("current_link_speed", speed), ("current_link_width", lanes), ("max_link_speed", maxSpeed), ("max_link_width", maxLanes));
}
