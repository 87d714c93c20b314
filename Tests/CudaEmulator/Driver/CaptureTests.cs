using NUnit.Framework;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Graphs;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>Capturing streams into graphs, replaying them, and the status codes of what may not be done meanwhile.</summary>
public sealed class CaptureTests
{
    private const int Bytes = 64;

    [Test]
    public void CapturedWorkRunsAtEachLaunchAndNotBefore()
    {
        using var card = new EmulatedCard();
        (nint stream, nint source) = (card.Stream(), card.Pin(Bytes));
        (ulong memory, ulong copy) = (card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(copy, 9, Bytes, stream);
        Begin(card, stream);
        card.Upload(memory, source, Bytes, stream);
        card.Move(copy, memory, Bytes, stream);
        nint graph = CaptureCalls.End(card.Driver, stream);
        Assert.That(card.Read(copy, Bytes), Is.All.EqualTo(9));
        Assert.That(GraphCalls.CountNodes(card.Driver, graph), Is.EqualTo(2));

        nint exec = GraphCalls.Instantiate(card.Driver, graph, 0);
        GraphCalls.Destroy(card.Driver, graph);
        foreach (byte value in (byte[])[1, 2, 3])
        {
            EmulatedCard.Host(source, Bytes).Fill(value);
            GraphCalls.Launch(card.Driver, exec, stream);
            card.Synchronize(stream);
            Assert.That(card.Read(copy, Bytes), Is.All.EqualTo(value));
        }

        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void AForkedAndJoinedCaptureKeepsItsOrder([Values("eager", "late", "random")] string schedule)
    {
        using var card = new EmulatedCard($"schedule={schedule};patienceMilliseconds=1");
        (nint origin, nint branch, nint fork, nint join) = (card.Stream(), card.Stream(), card.Event(), card.Event());
        (ulong from, ulong left, ulong right) = (card.Allocate(Bytes), card.Allocate(Bytes), card.Allocate(2 * Bytes));
        Begin(card, origin);
        card.Fill(from, 5, Bytes, origin);
        card.Record(fork, origin);
        card.Wait(branch, fork);
        card.Move(right, from, Bytes, branch);
        card.Move(left, from, Bytes, origin);
        card.Record(join, branch);
        card.Wait(origin, join);
        card.Move(right + Bytes, left, Bytes, origin);
        card.Fill(from, 6, Bytes, origin);
        nint exec = GraphCalls.Instantiate(card.Driver, CaptureCalls.End(card.Driver, origin), 0);
        GraphCalls.Launch(card.Driver, exec, origin);
        GraphCalls.Launch(card.Driver, exec, branch);
        Assert.That(card.Read(right, 2 * Bytes), Is.All.EqualTo(5));
        Assert.That(card.Finding, Is.Null);
        card.Fill(from, 1, Bytes, branch);
        card.Synchronize(branch);
        Assert.That(card.Finding, Is.Null, "work after a launch in its stream comes after every branch");
    }

    [Test]
    public void BranchesOfAGraphThatShareBytesWithoutOrderAreFound()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";misuse=report");
        (nint origin, nint branch, nint fork, nint join) = (card.Stream(), card.Stream(), card.Event(), card.Event());
        ulong memory = card.Allocate(Bytes);
        Begin(card, origin);
        card.Fill(memory, 1, 1, origin);
        card.Record(fork, origin);
        card.Wait(branch, fork);
        card.Fill(memory + 8, 2, 8, branch);
        card.Fill(memory + 8, 3, 8, origin);
        card.Record(join, branch);
        card.Wait(origin, join);
        nint exec = GraphCalls.Instantiate(card.Driver, CaptureCalls.End(card.Driver, origin), 0);
        GraphCalls.Launch(card.Driver, exec, origin);
        card.Synchronize(origin);
        Assert.That(card.Finding!.Kind, Is.EqualTo("unordered"));
    }

    [Test]
    public void AForkThatIsNotJoinedFailsAtTheEnd()
    {
        using var card = new EmulatedCard();
        (nint origin, nint branch, nint fork, ulong memory) = (card.Stream(), card.Stream(), card.Event(), card.Allocate(Bytes));
        Begin(card, origin);
        card.Record(fork, origin);
        card.Wait(branch, fork);
        card.Fill(memory, 1, Bytes, branch);
        Assert.That(End(card, origin), Is.EqualTo(CudaResult.StreamCaptureUnjoined));
        Assert.That(CaptureCalls.Status(card.Driver, branch), Is.Zero, "all its streams execute again");
    }

    [TestCase("synchronise the stream", (int)CudaResult.StreamCaptureUnsupported)]
    [TestCase("query the stream", (int)CudaResult.StreamCaptureUnsupported)]
    [TestCase("synchronise the context", (int)CudaResult.StreamCaptureUnsupported)]
    [TestCase("synchronise another stream", (int)CudaResult.StreamCaptureUnsupported)]
    [TestCase("allocate", (int)CudaResult.StreamCaptureUnsupported)]
    [TestCase("query an event of the capture", (int)CudaResult.CapturedEvent)]
    [TestCase("wait for an event from outside", (int)CudaResult.StreamCaptureIsolation)]
    public void AForbiddenCallFailsAndSpoilsTheCapture(string call, int expected)
    {
        using var card = new EmulatedCard();
        (nint stream, nint other, nint inside, nint outside) = (card.Stream(), card.Stream(), card.Event(), card.Event());
        card.Record(outside, other);
        Begin(card, stream);
        card.Record(inside, stream);
        CudaResult result = EmulatedCard.Status(() =>
        {
            switch (call)
            {
                case "synchronise the stream":
                    card.Synchronize(stream);
                    break;
                case "query the stream":
                    StreamCalls.Query(card.Driver, stream);
                    break;
                case "synchronise the context":
                    ContextCalls.Synchronize(card.Driver);
                    break;
                case "synchronise another stream":
                    card.Synchronize(other);
                    break;
                case "allocate":
                    card.Allocate(Bytes);
                    break;
                case "query an event of the capture":
                    EventCalls.Query(card.Driver, inside);
                    break;
                default:
                    card.Wait(stream, outside);
                    break;
            }
        });
        Assert.That((int)result, Is.EqualTo(expected));
        Assert.That(CaptureCalls.Status(card.Driver, stream), Is.EqualTo(2));
        Assert.That(End(card, stream), Is.EqualTo(CudaResult.StreamCaptureInvalidated));
        Assert.That(CaptureCalls.Status(card.Driver, stream), Is.Zero);
    }

    [Test]
    public void ARelaxedCaptureLetsOtherStreamsBeWaitedFor()
    {
        using var card = new EmulatedCard();
        (nint stream, nint other) = (card.Stream(), card.Stream());
        CaptureCalls.Begin(card.Driver, stream, CaptureMode.Relaxed);
        card.Synchronize(other);
        Assert.That(card.Allocate(Bytes), Is.Not.Zero);
        Assert.That(CaptureCalls.End(card.Driver, stream), Is.Not.Zero);
    }

    [Test]
    public void OnlyTheOriginEndsACaptureAndOnlyItsThread()
    {
        using var card = new EmulatedCard();
        (nint origin, nint branch, nint fork) = (card.Stream(), card.Stream(), card.Event());
        Assert.That(End(card, origin), Is.EqualTo(CudaResult.IllegalState));
        Begin(card, origin);
        card.Record(fork, origin);
        card.Wait(branch, fork);
        Assert.That(End(card, branch), Is.EqualTo(CudaResult.StreamCaptureUnmatched));
        nint context = card.Driver.CurrentHandle;
        CudaResult elsewhere = default;
        var thread = new Thread(() =>
        {
            card.Driver.SetCurrent(context);
            elsewhere = End(card, origin);
        });
        thread.Start();
        thread.Join();
        Assert.That(elsewhere, Is.EqualTo(CudaResult.StreamCaptureWrongThread));
        Assert.That(CaptureCalls.End(card.Driver, origin), Is.Not.Zero);
    }

    [Test]
    public void TwoCapturesDoNotMerge()
    {
        using var card = new EmulatedCard();
        (nint first, nint second, nint point) = (card.Stream(), card.Stream(), card.Event());
        Begin(card, first);
        Begin(card, second);
        card.Record(point, first);
        Assert.That(EmulatedCard.Status(() => card.Wait(second, point)), Is.EqualTo(CudaResult.StreamCaptureMerge));
    }

    [Test]
    public void LegacyWorkMayNotWaitForACapturingBlockingStream()
    {
        using var card = new EmulatedCard();
        (nint stream, nint target, ulong memory) = (card.Stream(flags: 0), card.Pin(Bytes), card.Allocate(Bytes));
        Begin(card, stream);
        CudaResult result = EmulatedCard.Status(() => TransferCalls.Download(card.Driver, target, memory, Bytes));
        Assert.That(result, Is.EqualTo(CudaResult.StreamCaptureImplicit));
        Assert.That(EmulatedCard.Status(() => Begin(card, 0)), Is.EqualTo(CudaResult.StreamCaptureUnsupported), "the legacy stream itself");
    }

    [Test]
    public void AGraphWhoseMemoryIsGoneFaults()
    {
        using var card = new EmulatedCard();
        (nint stream, ulong memory) = (card.Stream(), card.Allocate(Bytes));
        Begin(card, stream);
        card.Fill(memory, 1, Bytes, stream);
        nint exec = GraphCalls.Instantiate(card.Driver, CaptureCalls.End(card.Driver, stream), 0);
        MemoryCalls.Free(card.Driver, memory);
        GraphCalls.Launch(card.Driver, exec, stream);
        Assert.That(EmulatedCard.Status(() => card.Synchronize(stream)), Is.EqualTo(CudaResult.IllegalAddress));
    }

    [Test]
    public void LaunchesOfOneGraphFollowEachOtherEvenInTwoStreams()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";checks=none");
        (nint first, nint second) = (card.Stream(), card.Stream());
        nint target = card.Pin(Bytes, HostAllocationFlags.Mapped);
        Begin(card, first);
        card.Fill((ulong)target, 7, Bytes, first);
        nint exec = GraphCalls.Instantiate(card.Driver, CaptureCalls.End(card.Driver, first), 0);
        ulong flag = card.Allocate(Bytes);
        GraphCalls.Launch(card.Driver, exec, first);
        GraphCalls.Launch(card.Driver, exec, second);
        card.Fill(flag, 1, Bytes, second);
        card.Synchronize(second);
        long launches = card.Report().GetProperty("work").GetProperty("fill").GetProperty("count").GetInt64();
        Assert.That(launches, Is.EqualTo(3), "waiting for the second launch has forced the first");
    }

    private static void Begin(EmulatedCard card, nint stream) => CaptureCalls.Begin(card.Driver, stream, CaptureMode.Global);

    private static CudaResult End(EmulatedCard card, nint stream) =>
        EmulatedCard.Status(() => CaptureCalls.End(card.Driver, stream));
}
