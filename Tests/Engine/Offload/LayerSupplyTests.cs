using NUnit.Framework;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Engine.Offload;

public sealed class LayerSupplyTests
{
    /// <summary>Without a byte being asked for: the system would promise it, and end the program when it is used.</summary>
    [Test]
    public void MoreThanMainMemoryIsRefusedBeforeAnythingIsPacked()
    {
        DeviceOutOfMemoryException? refused = Assert.Throws<DeviceOutOfMemoryException>(() => new LayerSupply(
            TestModel.Device,
            new StorageOptions { Place = WeightPlace.Ram },
            1L << 50,
            new ResidencyPlan(5, 1, 2),
            (_, _) => throw new InvalidOperationException("packed"),
            () => { },
            "a test",
            CancellationToken.None));
        Assert.That(refused!.Message, Does.Contain("system RAM, not VRAM").And.Contain("--weights disk"));
    }
}
