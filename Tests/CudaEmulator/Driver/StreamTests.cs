using System.Diagnostics;
using NUnit.Framework;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>Queues run out of step with the host, in every order that CUDA permits and in no other.</summary>
public sealed class StreamTests
{
    private const int Bytes = 64;

    [Test]
    public void ALateCopyReadsItsPinnedSourceWhenItRuns()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";checks=none");
        (nint stream, nint source, ulong memory) = (card.Stream(), card.Pin(Bytes), card.Allocate(Bytes));
        EmulatedCard.Host(source, Bytes).Fill(1);
        card.Upload(memory, source, Bytes, stream);
        EmulatedCard.Host(source, Bytes).Fill(2);
        card.Synchronize(stream);
        Assert.That(card.Read(memory, Bytes), Is.All.EqualTo(2));
    }

    [Test]
    public void AnAsynchronousCopyFromPageableMemoryReadsItsSourceAtOnce()
    {
        using var card = new EmulatedCard();
        (nint stream, ulong memory) = (card.Stream(), card.Allocate(Bytes));
        byte[] source = GC.AllocateArray<byte>(Bytes, pinned: true);
        nint address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(source, 0);
        Array.Fill(source, (byte)1);
        card.Upload(memory, address, Bytes, stream);
        Array.Fill(source, (byte)2);
        Assert.That(card.Read(memory, Bytes), Is.All.EqualTo(1));
        Assert.That(card.Note("asynchronous copies with pageable memory"), Is.EqualTo(1));
    }

    [Test]
    public void AHostThatReadsADownloadTooEarlySeesNoise()
    {
        using var card = new EmulatedCard();
        (nint stream, nint target, ulong memory) = (card.Stream(), card.Pin(Bytes), card.Allocate(Bytes));
        card.Fill(memory, 7, Bytes, stream);
        card.Download(target, memory, Bytes, stream);
        Assert.That(EmulatedCard.Host(target, Bytes).ToArray(), Has.None.EqualTo(7).And.None.EqualTo(0));
        card.Synchronize(stream);
        Assert.That(EmulatedCard.Host(target, Bytes).ToArray(), Is.All.EqualTo(7));
    }

    [Test]
    public void UnderTheLateScheduleNothingRunsBeforeItIsAskedFor()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";checks=none");
        (nint asked, nint unasked) = (card.Stream(), card.Stream());
        nint target = card.Pin(2 * Bytes, HostAllocationFlags.Mapped);
        card.Fill((ulong)target, 1, Bytes, unasked);
        card.Fill((ulong)target + Bytes, 2, Bytes, asked);
        card.Synchronize(asked);
        Assert.That(EmulatedCard.Host(target, Bytes).ToArray(), Is.All.EqualTo(0));
        Assert.That(EmulatedCard.Host(target + Bytes, Bytes).ToArray(), Is.All.EqualTo(2));
    }

    [Test]
    public void AskingMakesWorkStartAndPollingSeesItEnd()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";h2dBytesPerSecond=1000");
        (nint stream, nint source, ulong memory) = (card.Stream(), card.Pin(Bytes), card.Allocate(Bytes));
        card.Upload(memory, source, Bytes, stream);
        Assert.That(StreamCalls.Query(card.Driver, stream), Is.EqualTo(CudaResult.NotReady));
        Assert.That(() => StreamCalls.Query(card.Driver, stream), Is.EqualTo(CudaResult.Success).After(20_000, 1));
    }

    [Test]
    public void AHostThatSpinsOnMappedMemoryWithoutACallSeesItChange()
    {
        using var card = new EmulatedCard("schedule=late;patienceMilliseconds=20");
        nint word = card.Pin(4, HostAllocationFlags.Mapped);
        card.Fill((ulong)word, 9, 4, card.Stream());
        Assert.That(() => EmulatedCard.Host(word, 4)[3], Is.EqualTo(9).After(20_000, 1));
    }

    [Test]
    public void WhatTheHostHasSeenInMappedMemoryOrdersItsNextWork([Range(1, 20)] int seed)
    {
        using var card = new EmulatedCard($"schedule=random;seed={seed};patienceMilliseconds=1");
        (nint first, nint second) = (card.Stream(), card.Stream());
        (nint word, ulong memory) = (card.Pin(4, HostAllocationFlags.Mapped), card.Allocate(Bytes));
        card.Fill(memory, 1, Bytes, first);
        card.Fill((ulong)word, 9, 4, first);
        var spin = new SpinWait();
        while (Volatile.Read(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(EmulatedCard.Host(word + 3, 1))) != 9)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        card.Fill(memory, 2, Bytes, second);
        MemoryCalls.FreeHost(card.Driver, word);
        Assert.That(card.Read(memory, Bytes), Is.All.EqualTo(2));
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void AWaitForAnEventForcesTheWorkOfTheOtherStream()
    {
        using var card = new EmulatedCard();
        (nint producer, nint consumer, nint point) = (card.Stream(), card.Stream(), card.Event());
        (ulong from, ulong to) = (card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(from, 5, Bytes, producer);
        card.Record(point, producer);
        card.Wait(consumer, point);
        card.Move(to, from, Bytes, consumer);
        card.Synchronize(consumer);
        Assert.That(card.Read(to, Bytes), Is.All.EqualTo(5));
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void AWaitIsForTheRecordBeforeItNotForALaterOne()
    {
        using var card = new EmulatedCard();
        (nint first, nint second, nint point) = (card.Stream(), card.Stream(), card.Event());
        nint target = card.Pin(Bytes, HostAllocationFlags.Mapped);
        card.Record(point, first);
        card.Wait(second, point);
        card.Fill((ulong)target, 1, Bytes, first);
        card.Record(point, first);
        card.Synchronize(second);
        Assert.That(EmulatedCard.Host(target, Bytes).ToArray(), Is.All.EqualTo(0));
    }

    [Test]
    public void OrderedWorkGivesTheSameBitsUnderEverySchedule([Values("eager", "late", "random")] string schedule, [Range(1, 4)] int seed)
    {
        using var card = new EmulatedCard($"schedule={schedule};seed={seed};patienceMilliseconds=1");
        nint[] streams = [card.Stream(), card.Stream(), card.Stream()];
        nint[] points = [card.Event(), card.Event(), card.Event()];
        (ulong memory, ulong other) = (card.Allocate(Bytes), card.Allocate(Bytes));
        var random = new Random(seed);
        byte last = 0;
        int before = 0;
        for (int step = 1; step <= 60; step++)
        {
            int now = random.Next(streams.Length);
            card.Wait(streams[now], points[before]);
            card.Move(other, memory, step == 1 ? 0 : Bytes, streams[now]);
            card.Fill(memory, last = (byte)step, Bytes, streams[now]);
            card.Record(points[now], streams[now]);
            before = now;
        }

        Assert.That(card.Read(memory, Bytes), Is.All.EqualTo(last));
        Assert.That(card.Read(other, Bytes), Is.All.EqualTo(last - 1));
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void TheLegacyStreamWaitsForBlockingStreamsAndTheyForIt()
    {
        using var card = new EmulatedCard();
        nint blocking = card.Stream(flags: 0);
        (ulong from, ulong middle, ulong to) = (card.Allocate(Bytes), card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(from, 3, Bytes, blocking);
        card.Move(middle, from, Bytes, stream: 0);
        card.Move(to, middle, Bytes, blocking);
        card.Synchronize(blocking);
        Assert.That(card.Read(to, Bytes), Is.All.EqualTo(3));
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void TheLegacyStreamDoesNotWaitForANonBlockingStream()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";checks=none");
        nint target = card.Pin(Bytes, HostAllocationFlags.Mapped);
        card.Fill((ulong)target, 1, Bytes, card.Stream());
        StreamCalls.Synchronize(card.Driver, 0);
        Assert.That(EmulatedCard.Host(target, Bytes).ToArray(), Is.All.EqualTo(0));
    }

    [Test]
    public void EventsMeasureASlowLink()
    {
        using var card = new EmulatedCard("schedule=eager;d2hBytesPerSecond=1000");
        (nint stream, nint target, ulong memory) = (card.Stream(), card.Pin(Bytes), card.Allocate(Bytes));
        (nint start, nint end) = (card.Event(EventFlags.None), card.Event(EventFlags.None));
        card.Fill(memory, 1, Bytes, stream);
        card.Record(start, stream);
        card.Download(target, memory, Bytes, stream);
        card.Record(end, stream);
        card.Synchronize(stream);
        Assert.That(EventCalls.ElapsedMilliseconds(card.Driver, start, end), Is.InRange(Bytes - 1, 60_000));
    }

    [Test]
    public void TimeBetweenEventsNeedsTimingRecordsAndTheirHappening()
    {
        using var card = new EmulatedCard(EmulatedCard.Late + ";h2dBytesPerSecond=200");
        (nint stream, nint source, ulong memory) = (card.Stream(), card.Pin(Bytes), card.Allocate(Bytes));
        (nint start, nint end, nint untimed) = (card.Event(EventFlags.None), card.Event(EventFlags.None), card.Event());
        card.Record(start, stream);
        Assert.That(EmulatedCard.Status(() => EventCalls.ElapsedMilliseconds(card.Driver, start, end)), Is.EqualTo(CudaResult.InvalidHandle));
        card.Upload(memory, source, Bytes, stream);
        card.Record(end, stream);
        card.Record(untimed, stream);
        Assert.That(EmulatedCard.Status(() => EventCalls.ElapsedMilliseconds(card.Driver, start, end)), Is.EqualTo(CudaResult.NotReady));
        Assert.That(EmulatedCard.Status(() => EventCalls.ElapsedMilliseconds(card.Driver, start, untimed)), Is.EqualTo(CudaResult.InvalidHandle));
    }

    [Test]
    public void ThousandsOfEventsInARowNeedNoStack()
    {
        using var card = new EmulatedCard();
        (nint stream, nint point, ulong memory) = (card.Stream(), card.Event(), card.Allocate(Bytes));
        card.Fill(memory, 1, Bytes, stream);
        for (int i = 0; i < 20_000; i++)
        {
            card.Record(point, stream);
        }

        long started = Stopwatch.GetTimestamp();
        card.Synchronize(stream);
        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.LessThan(20));
        Assert.That(EventCalls.Query(card.Driver, point), Is.EqualTo(CudaResult.Success));
    }
}
