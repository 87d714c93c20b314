using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed class CpuDeviceTests
{
    [Test]
    public void TheNameSaysRegistersAndThreads()
    {
        using CpuDevice two = new(2);
        using CpuDevice one = new(1, SimdWidth.Bits256);
        Assert.Multiple(() =>
        {
            Assert.That(two.Name, Does.Match(@"^CPU \(.+, 2 threads\)$"));
            Assert.That(one.Name, Is.EqualTo("CPU (AVX2, 1 thread)"));
        });
    }

    [TestCase(1L << 50)]
    [TestCase(long.MaxValue)]
    public void MoreMemoryThanThereIsIsATypedError(long bytes)
    {
        using CpuDevice device = new(1);
        DeviceOutOfMemoryException error = Assert.Throws<DeviceOutOfMemoryException>(() => device.Allocate(bytes, "the moon"))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.RequestedBytes, Is.EqualTo(bytes));
            Assert.That(error.Message, Does.Contain("the moon").And.Contain("CPU"));
            Assert.That(() => device.AllocatePinned(bytes, "it"), Throws.TypeOf<DeviceOutOfMemoryException>());
        });
    }

    [TestCase(0L)]
    [TestCase(-1L)]
    public void NoBytesAreRefused(long bytes)
    {
        using CpuDevice device = new(1);
        Assert.That(() => device.Allocate(bytes, "nothing"), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void CopiesArriveAndStayInside()
    {
        using CpuDevice device = new(1);
        using ComputeQueue queue = device.CreateQueue("copy");
        using PinnedBuffer pinned = device.AllocatePinned(100, "host");
        using DeviceBuffer buffer = device.Allocate(100, "device");
        Enumerable.Range(0, 100).Select(i => (byte)i).ToArray().CopyTo(pinned.Span(0, 100));
        queue.CopyToDevice(pinned, 10, buffer, 20, 30);
        queue.CopyToHost(buffer, 20, pinned, 60, 30);
        queue.Synchronize();
        Assert.Multiple(() =>
        {
            Assert.That(pinned.Span(60, 30).ToArray(), Is.EqualTo(Enumerable.Range(10, 30)));
            Assert.That(() => queue.CopyToDevice(pinned, 71, buffer, 0, 30), Throws.ArgumentException.With.Message.Contains("CopyToDevice"));
            Assert.That(() => queue.CopyToHost(buffer, 0, pinned, -1, 30), Throws.ArgumentException.With.Message.Contains("CopyToHost"));
            Assert.That(() => queue.CopyToHost(buffer, 0, pinned, 0, -1), Throws.ArgumentException);
            Assert.That(() => queue.CopyToHost(buffer, 1, pinned, 0, long.MaxValue), Throws.ArgumentException);
            Assert.That(() => pinned.Span(90, 11).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => pinned.Span(-1, 1).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => pinned.Span(long.MaxValue, int.MaxValue).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void EventsAreAlwaysComplete()
    {
        using CpuDevice device = new(1);
        using ComputeQueue queue = device.CreateQueue("events");
        using DeviceEvent point = device.CreateEvent();
        bool fresh = point.IsComplete;
        queue.Record(point);
        queue.Wait(point);
        point.Synchronize();
        Assert.Multiple(() =>
        {
            Assert.That(fresh, Is.True);
            Assert.That(point.IsComplete, Is.True);
            Assert.That(() => queue.Record(null!), Throws.ArgumentException);
            Assert.That(() => queue.Wait(null!), Throws.ArgumentException);
        });
    }

    [Test]
    public void DisposedMemoryAndDevicesAreRefused()
    {
        CpuDevice device = new(2);
        using ComputeQueue queue = device.CreateQueue("disposed");
        PinnedBuffer pinned = device.AllocatePinned(64, "host");
        DeviceBuffer buffer = device.Allocate(64, "device");
        using DeviceBuffer alive = device.Allocate(64, "alive");
        DeviceTensor tensor = alive.AsTensor(DType.F32, 1, 16);
        buffer.Dispose();
        buffer.Dispose();
        Assert.That(() => queue.CopyToDevice(pinned, 0, buffer, 0, 64), Throws.TypeOf<ObjectDisposedException>());
        pinned.Dispose();
        Assert.That(() => pinned.Span(0, 1).Length, Throws.TypeOf<ObjectDisposedException>());
        device.Dispose();
        device.Dispose();
        Assert.That(() => queue.RmsNorm(tensor, tensor, 1f, tensor), Throws.TypeOf<ObjectDisposedException>());
    }
}
