using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Tests.Kernels.Cuda.Device;

/// <summary>Pinned memory that is the program's own, registered with the driver.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class RegisteredMemoryTests
{
    /// <summary>Large pinned memory is registered piece by piece, and no copy may leave a piece.</summary>
    [Test]
    public void CopiesAcrossRegistrationsBringEveryByte([Values(0, 4096, 5000, 12_287)] int offset, [Values(1, 4096, 8192, 20_000)] int bytes)
    {
        const int Total = 40_000;
        CardUnderTest.Pose();
        using (CudaDevice card = CudaDevice.Open(new CudaDeviceOptions { CacheFolder = CardUnderTest.CacheFolder, RegisteredFromBytes = 1, RegistrationBytes = 4096 }))
        using (DeviceBench bench = new(card))
        {
            PinnedBuffer source = bench.Own(card.AllocatePinned(Total, "source"));
            PinnedBuffer result = bench.Own(card.AllocatePinned(Total, "result"));
            DeviceBuffer buffer = bench.Own(card.Allocate(Total, "test"));
            new Random(1).NextBytes(source.Span(0, Total));
            result.Span(0, Total).Clear();
            bench.Queue.CopyToDevice(source, offset, buffer, offset, bytes);
            bench.Queue.CopyToHost(buffer, offset, result, offset, bytes);
            bench.Queue.Synchronize();
            Assert.That(result.Span(offset, bytes).SequenceEqual(source.Span(offset, bytes)), Is.True);
            Assert.That(result.Span(0, offset).ContainsAnyExcept((byte)0) || result.Span(offset + bytes, Total - offset - bytes).ContainsAnyExcept((byte)0), Is.False);
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    /// <summary>Refused at any piece, all of it is given back; refused for another reason than want, the driver gives the memory itself.</summary>
    [Test]
    public void ARegistrationThatFailsLeavesNothing([Values(1, 2, 5)] int nth, [Values(2, 801)] int code)
    {
        CardUnderTest.RequireEmulator();
        CardUnderTest.Pose($"failCall.name=cuMemHostRegister_v2;failCall.nth={nth};failCall.code={code}");
        List<string> notices = [];
        using (CudaDevice card = CudaDevice.Open(
            new CudaDeviceOptions { CacheFolder = CardUnderTest.CacheFolder, RegisteredFromBytes = 1 << 14, RegistrationBytes = 4096, Log = notices.Add }))
        {
            if (code == 2)
            {
                DeviceOutOfMemoryException refused = Assert.Throws<DeviceOutOfMemoryException>(() => card.AllocatePinned(1 << 15, "layer 7"))!;
                Assert.That(refused.Message, Does.Contain("layer 7"));
            }
            else
            {
                using PinnedBuffer given = card.AllocatePinned(1 << 15, "layer 7");
                Assert.That(notices, Has.Some.Contains("layer 7"));
            }

            using PinnedBuffer next = card.AllocatePinned(1 << 15, "layer 8");
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    /// <summary>A driver that refuses for good is asked once, not for each layer: to bring the memory in takes seconds.</summary>
    [Test]
    public void ADriverThatRegistersNothingIsAskedOnce()
    {
        CardUnderTest.RequireEmulator();
        CardUnderTest.Pose("failCall.name=cuMemHostRegister_v2;failCall.nth=1;failCall.code=801");
        List<string> notices = [];
        using (CudaDevice card = CudaDevice.Open(
            new CudaDeviceOptions { CacheFolder = CardUnderTest.CacheFolder, RegisteredFromBytes = 1 << 14, RegistrationBytes = 4096, Log = notices.Add }))
        {
            using PinnedBuffer first = card.AllocatePinned(1 << 15, "layer 0");
            Assert.That(card.AllocateRegistered(1 << 15, "layer 1"), Is.Null, "the emulated driver would register it now");
            Assert.That(notices.Count(n => n.Contains("cannot be registered", StringComparison.Ordinal)), Is.EqualTo(1));
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    /// <summary>The probe counts what the device would get: a driver that registers nothing may still have memory of its own.</summary>
    [Test]
    public void TheProbeTakesWhatTheDeviceWouldTake()
    {
        const long Limit = 64L << 20;
        CardUnderTest.RequireEmulator();
        CardUnderTest.Pose("failCall.name=cuMemHostRegister_v2;failCall.code=801;failCall.times=1000");
        long granted = 0;
        Assert.That(PinnedMemoryProbe.Grow(CudaCard.Require(0), Limit, bytes => granted = bytes), Is.Null);
        Assert.That(granted, Is.EqualTo(Limit));
        CardUnderTest.AssertNothingIsWrongOrLeft();
    }
}
