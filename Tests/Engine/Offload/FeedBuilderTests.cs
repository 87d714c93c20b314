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
        var builder = new FeedBuilder(
            TestModel.Device, new StorageOptions { Place = WeightPlace.Ram }, 1L << 50, 2, _ => throw new InvalidOperationException("packed"), "a test", CancellationToken.None);
        DeviceOutOfMemoryException? refused = Assert.Throws<DeviceOutOfMemoryException>(() => builder.Build(copies, [0, 1]));
        Assert.That(refused!.Message, Does.Contain("system RAM, not VRAM").And.Contain("--weights disk"));
    }
}
