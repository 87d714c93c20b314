using NUnit.Framework;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Calls;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>Wrong use of queues and memory is found whether or not it happened to give right bits.</summary>
public sealed class MisuseTests
{
    private const int Bytes = 64;

    private static readonly string[] Schedules = ["schedule=eager", "schedule=random;patienceMilliseconds=1", EmulatedCard.Late];

    [Test]
    public void ASourceThatChangesBeforeItsCopyRunsIsFound()
    {
        using var card = new EmulatedCard();
        (nint stream, nint source, ulong memory) = (card.Stream(), card.Pin(Bytes), card.Allocate(Bytes));
        card.Upload(memory, source, Bytes, stream);
        EmulatedCard.Host(source, Bytes)[Bytes - 1]++;
        Assert.That(EmulatedCard.Status(() => card.Synchronize(stream)), Is.EqualTo(CudaResult.LaunchFailed));
        Assert.That(card.Finding!.Kind, Is.EqualTo("source-changed"));
    }

    [Test]
    public void ASourceThatQueuedWorkWritesMayChange()
    {
        using var card = new EmulatedCard();
        (nint stream, nint buffer) = (card.Stream(), card.Pin(Bytes));
        (ulong from, ulong to) = (card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(from, 4, Bytes, stream);
        card.Download(buffer, from, Bytes, stream);
        card.Upload(to, buffer, Bytes, stream);
        card.Synchronize(stream);
        Assert.That(card.Read(to, Bytes), Is.All.EqualTo(4));
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void DeviceMemoryFreedWhileACopyUsesItIsFound()
    {
        using var card = new EmulatedCard();
        (nint source, ulong memory) = (card.Pin(Bytes), card.Allocate(Bytes));
        card.Upload(memory, source, Bytes, card.Stream());
        Assert.That(EmulatedCard.Status(() => MemoryCalls.Free(card.Driver, memory)), Is.EqualTo(CudaResult.LaunchFailed));
        Assert.That(card.Finding!.Kind, Is.EqualTo("free-in-use"));
        Assert.That(card.Finding.Text, Does.Contain($"0x{memory:x}").And.Contain("H2D copy"));
    }

    [Test]
    public void PinnedMemoryFreedWhileACopyUsesItIsFound()
    {
        using var card = new EmulatedCard();
        (nint source, ulong memory) = (card.Pin(Bytes), card.Allocate(Bytes));
        card.Upload(memory, source, Bytes, card.Stream());
        Assert.That(EmulatedCard.Status(() => MemoryCalls.FreeHost(card.Driver, source)), Is.EqualTo(CudaResult.LaunchFailed));
        Assert.That(card.Finding!.Kind, Is.EqualTo("free-in-use"));
    }

    [Test]
    public void AMisuseThatIsOnlyReportedLetsTheWorkEndFirst()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";misuse=report");
        (nint stream, ulong from, ulong to) = (card.Stream(), card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(from, 6, Bytes, stream);
        card.Move(to, from, Bytes, stream);
        MemoryCalls.Free(card.Driver, from);
        Assert.That(card.Read(to, Bytes), Is.All.EqualTo(6));
        Assert.That(card.Finding!.Kind, Is.EqualTo("free-in-use"));
    }

    [TestCaseSource(nameof(Schedules))]
    public void TwoStreamsThatWriteTheSameBytesWithoutOrderAreFound(string settings)
    {
        using var card = new EmulatedCard(settings + ";misuse=report");
        ulong memory = card.Allocate(Bytes);
        card.Fill(memory, 1, Bytes, card.Stream());
        card.Fill(memory + Bytes - 1, 2, 1, card.Stream());
        ContextCalls.Synchronize(card.Driver);
        Assert.That(card.Finding!.Kind, Is.EqualTo("unordered"));
    }

    [TestCaseSource(nameof(Schedules))]
    public void AReadBesideAWriteWithoutOrderIsFound(string settings)
    {
        using var card = new EmulatedCard(settings + ";misuse=report");
        (nint first, nint second, nint late) = (card.Stream(), card.Stream(), card.Event());
        (ulong memory, nint target) = (card.Allocate(Bytes), card.Pin(Bytes));
        card.Fill(memory, 1, Bytes, first);
        card.Record(late, first);
        card.Fill(memory, 2, Bytes, first);
        card.Wait(second, late);
        card.Download(target, memory, Bytes, second);
        ContextCalls.Synchronize(card.Driver);
        Assert.That(card.Finding!.Kind, Is.EqualTo("unordered"));
    }

    [TestCaseSource(nameof(Schedules))]
    public void OrderByEventHostOrNeighbouringBytesIsNoFinding(string settings)
    {
        using var card = new EmulatedCard(settings);
        (nint first, nint second, nint point) = (card.Stream(), card.Stream(), card.Event());
        ulong memory = card.Allocate(2 * Bytes);
        card.Fill(memory, 1, Bytes, first);
        card.Fill(memory + Bytes, 2, Bytes, second);
        card.Record(point, first);
        card.Wait(second, point);
        card.Fill(memory, 3, Bytes, second);
        card.Synchronize(second);
        card.Fill(memory, 4, Bytes, first);
        Assert.That(card.Read(memory, Bytes), Is.All.EqualTo(4));
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void AnUploadFromPageableMemoryMayArriveAfterTheCallAndIsNotOrderedWithANonBlockingStream()
    {
        using var card = new EmulatedCard();
        ulong memory = card.Allocate(Bytes);
        byte[] source = GC.AllocateArray<byte>(Bytes, pinned: true);
        TransferCalls.Upload(card.Driver, memory, System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(source, 0), Bytes);
        card.Fill(memory, 1, Bytes, card.Stream());
        Assert.That(EmulatedCard.Status(() => ContextCalls.Synchronize(card.Driver)), Is.EqualTo(CudaResult.LaunchFailed));
        Assert.That(card.Finding!.Kind, Is.EqualTo("unordered"));
    }

    [Test]
    public void DoubtfulHabitsAreNoted()
    {
        using var card = new EmulatedCard();
        (nint stream, nint point, ulong memory) = (card.Stream(), card.Event(), card.Allocate(Bytes));
        card.Wait(stream, point);
        card.Fill(memory, 1, Bytes, stream);
        card.Record(point, stream);
        EventCalls.Destroy(card.Driver, point);
        StreamCalls.Destroy(card.Driver, stream);
        Assert.That(card.Note("waits for an event that was never recorded"), Is.EqualTo(1));
        Assert.That(card.Note("events destroyed before they happened"), Is.EqualTo(1));
        Assert.That(card.Note("streams destroyed with unfinished work"), Is.EqualTo(1));
        Assert.That(card.Read(memory, Bytes), Is.All.EqualTo(1), "the work of a destroyed stream still runs");
    }

    [Test]
    public void MappedHostMemoryIsReachableOnlyWhereMappingWasAskedFor()
    {
        using var card = new EmulatedCard();
        (nint mapped, nint plain) = (card.Pin(Bytes, HostAllocationFlags.Mapped), card.Pin(Bytes));
        Assert.That(MemoryCalls.GetDevicePointer(card.Driver, mapped + 3, 0), Is.EqualTo((ulong)mapped + 3));
        Assert.That(EmulatedCard.Status(() => MemoryCalls.GetDevicePointer(card.Driver, plain, 0)), Is.EqualTo(CudaResult.InvalidValue));
        Assert.That(EmulatedCard.Status(() => card.Fill((ulong)plain, 1, 1, 0)), Is.EqualTo(CudaResult.InvalidValue));
    }
}
