using NUnit.Framework;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Engine.Offload;

public sealed class FeedBuilderTests
{
    /// <summary>Without a byte being asked for: the system would promise it, and end the program when it is used.</summary>
    [Test]
    public void MoreThanMainMemoryIsRefusedBeforeAnythingIsPacked()
    {
        using ComputeQueue copies = TestModel.Device.CreateQueue("copies");
        var storage = new StorageOptions { Place = WeightPlace.Ram };
        using var supply = new LayerSupply(
            TestModel.Device, storage, 1L << 50, new ResidencyPlan(2, 0), (_, _) => throw new InvalidOperationException("packed"), () => { }, "a test", CancellationToken.None);
        var builder = new FeedBuilder(TestModel.Device, storage, supply, () => { });
        DeviceOutOfMemoryException? refused = Assert.Throws<DeviceOutOfMemoryException>(() => builder.Build(copies, [0, 1]));
        Assert.That(refused!.Message, Does.Contain("system RAM, not VRAM").And.Contain("--weights disk"));
    }
}
