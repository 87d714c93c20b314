using NUnit.Framework;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Devices;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>Limits, lost contexts, handles that are no more, and the counts that leak tests rely on.</summary>
public sealed class FaultTests
{
    private const int Bytes = 64;

    [Test]
    public void MemoryBeyondTheCardsIsRefusedAndTheFreeBytesAddUp()
    {
        using var card = new EmulatedCard("vramBytes=1MiB");
        ulong half = card.Allocate(512 << 10);
        Assert.That(EmulatedCard.Status(() => card.Allocate((512 << 10) + 1)), Is.EqualTo(CudaResult.OutOfMemory));
        ulong rest = card.Allocate(512 << 10);
        Assert.That(MemoryCalls.GetInfo(card.Driver), Is.EqualTo((0L, 1L << 20)));
        MemoryCalls.Free(card.Driver, half);
        MemoryCalls.Free(card.Driver, rest);
        Assert.That(MemoryCalls.GetInfo(card.Driver), Is.EqualTo((1L << 20, 1L << 20)));
        Assert.That(EmulatedCard.Status(() => MemoryCalls.Free(card.Driver, half)), Is.EqualTo(CudaResult.InvalidValue));
        Assert.That(EmulatedCard.Status(() => card.Allocate(0)), Is.EqualTo(CudaResult.InvalidValue));
    }

    [Test]
    public void PinnedMemoryBeyondTheLimitIsRefused()
    {
        using var card = new EmulatedCard("pinnedLimitBytes=8KiB");
        nint first = card.Pin(8 << 10);
        Assert.That(EmulatedCard.Status(() => card.Pin(1)), Is.EqualTo(CudaResult.OutOfMemory));
        MemoryCalls.FreeHost(card.Driver, first);
        Assert.That(card.Pin(8 << 10), Is.Not.Zero);
    }

    [Test]
    public void HostMemoryIsRegisteredOnceAndUnregisteredOnce()
    {
        using var card = new EmulatedCard();
        byte[] own = GC.AllocateArray<byte>(2 * Bytes, pinned: true);
        nint address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(own, 0);
        MemoryCalls.Register(card.Driver, address, Bytes, HostRegistrationFlags.Portable);
        Assert.That(EmulatedCard.Status(() => MemoryCalls.Register(card.Driver, address + Bytes - 1, Bytes, 0)), Is.EqualTo(CudaResult.HostMemoryAlreadyRegistered));
        MemoryCalls.Unregister(card.Driver, address);
        Assert.That(EmulatedCard.Status(() => MemoryCalls.Unregister(card.Driver, address)), Is.EqualTo(CudaResult.HostMemoryNotRegistered));
    }

    [Test]
    public void ALostContextReturnsItsFaultFromEveryCallUntilItIsReleased()
    {
        using var card = new EmulatedCard();
        (nint stream, nint source, ulong memory) = (card.Stream(), card.Pin(Bytes), card.Allocate(Bytes));
        Lose(card, stream, source, memory);
        Action[] calls =
        [
            () => card.Allocate(Bytes), () => card.Stream(), () => card.Synchronize(stream), () => StreamCalls.Query(card.Driver, stream),
            () => card.Fill(memory, 1, Bytes, stream), () => ContextCalls.Synchronize(card.Driver), () => MemoryCalls.GetInfo(card.Driver),
            () => MemoryCalls.Free(card.Driver, memory), () => MemoryCalls.FreeHost(card.Driver, source), () => StreamCalls.Destroy(card.Driver, stream),
        ];
        foreach (Action call in calls)
        {
            Assert.That(EmulatedCard.Status(call), Is.EqualTo(CudaResult.LaunchFailed));
        }

        Assert.That(card.Live("deviceAllocations") + card.Live("pinnedAllocations") + card.Live("streams"), Is.Zero, "what was freed is gone");
        Assert.That(card.Driver.FindingOf(CudaResult.LaunchFailed), Does.Contain("pinned source"));
        ContextCalls.Release(card.Driver, 0);
        Assert.That(EmulatedCard.Status(() => card.Allocate(Bytes)), Is.EqualTo(CudaResult.ContextIsDestroyed));
        card.Driver.SetCurrent(ContextCalls.Retain(card.Driver, 0));
        Assert.That(card.Allocate(Bytes), Is.Not.Zero);
    }

    [Test]
    public void HandlesThatAreNullStaleOrOfAnotherKindAreRefused()
    {
        using var card = new EmulatedCard();
        (nint stream, nint point) = (card.Stream(), card.Event());
        StreamCalls.Destroy(card.Driver, stream);
        foreach (nint handle in (nint[])[stream, point, 12345, -1])
        {
            Assert.That(EmulatedCard.Status(() => card.Synchronize(handle)), Is.EqualTo(CudaResult.InvalidHandle));
        }

        foreach (nint handle in (nint[])[0, stream, card.Stream()])
        {
            Assert.That(EmulatedCard.Status(() => EventCalls.Query(card.Driver, handle)), Is.EqualTo(CudaResult.InvalidHandle));
        }
    }

    [Test]
    public void AHandleFromBeforeAResetIsNobodys()
    {
        nint stale;
        using (var before = new EmulatedCard())
        {
            stale = before.Stream();
        }

        using var card = new EmulatedCard();
        card.Stream();
        Assert.That(EmulatedCard.Status(() => card.Synchronize(stale)), Is.EqualTo(CudaResult.InvalidHandle));
    }

    [Test]
    public void CallsNeedInitialisationAndAContext()
    {
        using var driver = new DriverState(EmulatorSettings.Default);
        Assert.That(EmulatedCard.Status(() => driver.GetDevice(0)), Is.EqualTo(CudaResult.NotInitialized));
        driver.Initialise(0);
        Assert.That(EmulatedCard.Status(() => driver.GetDevice(1)), Is.EqualTo(CudaResult.InvalidDevice));
        Assert.That(EmulatedCard.Status(() => MemoryCalls.Allocate(driver, 1)), Is.EqualTo(CudaResult.InvalidContext));
        Assert.That(EmulatedCard.Status(() => ContextCalls.Release(driver, 0)), Is.EqualTo(CudaResult.InvalidContext));
    }

    [TestCase("deviceCount=0", (int)CudaResult.NoDevice)]
    [TestCase("initResult=999", (int)CudaResult.Unknown)]
    public void AMachineWithoutAWorkingCardCanBePosed(string settings, int expected)
    {
        using var driver = new DriverState(EmulatorSettings.Parse(settings));
        Assert.That((int)EmulatedCard.Status(() => driver.Initialise(0)), Is.EqualTo(expected));
    }

    [Test]
    public void EverythingAliveIsCountedAndDiesWithItsContext()
    {
        using var card = new EmulatedCard();
        string[] kinds = ["contexts", "deviceAllocations", "pinnedAllocations", "streams", "events", "graphs", "graphExecs"];
        (nint stream, _, _, _) = (card.Stream(), card.Event(), card.Allocate(Bytes), card.Pin(Bytes));
        CaptureCalls.Begin(card.Driver, stream, default);
        GraphCalls.Instantiate(card.Driver, CaptureCalls.End(card.Driver, stream), 0);
        Assert.That(kinds.Select(card.Live), Is.All.EqualTo(1));
        Assert.That(card.Live("deviceBytes"), Is.EqualTo(512), "memory is handed out in pieces of 512 bytes");
        ContextCalls.Release(card.Driver, 0);
        Assert.That(kinds.Select(card.Live), Is.All.EqualTo(0));
        Assert.That(card.Note("objects left to die with their context"), Is.EqualTo(6));
    }

    // CUDA C++ Programming Guide, "Technical Specifications per Compute Capability": KB of shared memory.
    [TestCase("7.5", 64, 64)]
    [TestCase("8.0", 163, 164)]
    [TestCase("8.6", 99, 100)]
    [TestCase("8.9", 99, 100)]
    [TestCase("9.0", 227, 228)]
    [TestCase("12.0", 99, 100)]
    public void APosedCardHasItsSharedMemory(string capability, int optinKilobytes, int multiprocessorKilobytes)
    {
        using var card = new EmulatedCard($"computeCapability={capability}");
        Device device = card.Driver.GetDevice(0);
        Assert.That(device.Attribute(DeviceAttribute.MaxSharedMemoryPerBlock), Is.EqualTo(48 << 10));
        Assert.That(device.Attribute(DeviceAttribute.MaxSharedMemoryPerBlockOptin), Is.EqualTo(optinKilobytes << 10));
        Assert.That(device.Attribute(DeviceAttribute.MaxSharedMemoryPerMultiprocessor), Is.EqualTo(multiprocessorKilobytes << 10));
        Assert.That($"{device.Attribute(DeviceAttribute.ComputeCapabilityMajor)}.{device.Attribute(DeviceAttribute.ComputeCapabilityMinor)}", Is.EqualTo(capability));
    }

    private static void Lose(EmulatedCard card, nint stream, nint source, ulong memory)
    {
        card.Upload(memory, source, Bytes, stream);
        EmulatedCard.Host(source, Bytes)[0]++;
        Assert.That(EmulatedCard.Status(() => card.Synchronize(stream)), Is.EqualTo(CudaResult.LaunchFailed));
    }
}
