using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.CudaEmulator.Driver;

namespace SpecExecNative.Tests.Kernels.Cuda.Device;

/// <summary>What a machine or a card can do wrong: each gives an error of its own type, and leaves nothing behind.</summary>
[NonParallelizable]
internal sealed class CudaFaultTests
{
    private static readonly string[] LetsGo = ["Free", "Destroy", "Release", "Unload"];

    [SetUp]
    public void OnTheEmulatorOnly() => CardUnderTest.RequireEmulator();

    /// <summary>The first and the last call of each entry point fail, one at a time.</summary>
    [Test]
    public void EveryCallMayFailAndGivesATypedErrorAndNoLeak()
    {
        CardUnderTest.Pose();
        Use();
        Dictionary<string, long> calls = EmulatorLibrary.Report().GetProperty("calls").EnumerateObject()
            .Where(call => !call.Name.StartsWith("cuGetError", StringComparison.Ordinal))
            .ToDictionary(call => call.Name, call => call.Value.GetInt64());
        Assert.That(calls, Does.ContainKey("cuGraphLaunch").And.ContainKey("cuLaunchKernel"), "the scenario goes everywhere");
        int refused = 0;
        foreach ((string name, long count) in calls)
        {
            foreach (long number in new[] { 1, count }.Distinct())
            {
                CardUnderTest.Pose($"failCall.name={name};failCall.nth={number};failCall.code=999");
                refused += UseUnderFailure(name, number) ? 1 : 0;
            }
        }

        Assert.That(refused, Is.GreaterThan(calls.Count / 2), "most failures must be told");
    }

    /// <summary>What frees memory of another card makes that card the thread's own for a moment; it must not stay so unnoticed.</summary>
    [Test]
    public void FreeingOnOneCardLeavesTheOtherAsItWas()
    {
        CardUnderTest.Pose("deviceCount=2");
        using (CudaDevice first = CudaDevice.Open(new CudaDeviceOptions { CacheFolder = CardUnderTest.CacheFolder }))
        using (CudaDevice second = CudaDevice.Open(new CudaDeviceOptions { Ordinal = 1, CacheFolder = CardUnderTest.CacheFolder }))
        using (DeviceBuffer kept = second.Allocate(1 << 20, "a test"))
        {
            DeviceBuffer freed = second.Allocate(1 << 20, "a test");
            long free = first.MemoryBytes.Free;
            freed.Dispose();
            Assert.That(first.MemoryBytes.Free, Is.EqualTo(free));
            Assert.That(second.MemoryBytes.Free, Is.LessThan(free));
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [Test]
    public void ALostDeviceIsCalledLost()
    {
        CardUnderTest.Pose();
        using CudaDevice card = CardUnderTest.Open();
        using DeviceBench bench = new(card);
        DeviceTensor from = bench.Floats([1, 2], 1);
        bench.Queue.Synchronize();
        EmulatorLibrary.Reset("loseDevice.after=0;loseDevice.code=719");
        DeviceLostException lost = Assert.Throws<DeviceLostException>(() => bench.Read(from))!;
        Assert.That(lost.Message, Does.Contain("CUDA_ERROR_LAUNCH_FAILED").And.Contain("719"));
    }

    [Test]
    public void MemoryThatIsNotThereIsRefusedWithItsPurpose()
    {
        CardUnderTest.Pose("vramBytes=67108864;pinnedLimitBytes=1048576");
        using (CudaDevice card = CardUnderTest.Open())
        {
            DeviceOutOfMemoryException onCard = Assert.Throws<DeviceOutOfMemoryException>(() => card.Allocate(1L << 30, "the cache"))!;
            DeviceOutOfMemoryException onHost = Assert.Throws<DeviceOutOfMemoryException>(() => card.AllocatePinned(1L << 30, "staging"))!;
            DeviceOutOfMemoryException forMail = Assert.Throws<DeviceOutOfMemoryException>(() => card.CreateMailbox(1 << 24, "results"))!;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(onCard.Message, Does.Contain("the cache").And.Contain(card.Name));
                Assert.That(onCard.RequestedBytes, Is.EqualTo(1L << 30));
                Assert.That(onHost.Message, Does.Contain("staging").And.Contain("page-locked"));
                Assert.That(onHost.IsHost, Is.True, "fewer layers on the card would not help");
                Assert.That(forMail.Message, Does.Contain("results"));
            }
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    [TestCase("deviceCount=0", "no card")]
    [TestCase("initResult=100", "no card")]
    [TestCase("driverVersion=11.8", "12.0 is needed")]
    [TestCase("computeCapability=7.0", "7.5")]
    public void ACardThatCannotBeUsedSaysWhy(string pose, string reason)
    {
        CardUnderTest.Pose(pose);
        Assert.That(() => CardUnderTest.Open(), Throws.InstanceOf<CudaUnavailableException>().With.Message.Contains(reason));
    }

    [Test]
    public void TuringHasNoBF16()
    {
        CardUnderTest.Pose("computeCapability=7.5");
        Assert.That(() => CardUnderTest.Open(DType.BF16), Throws.InstanceOf<CudaUnavailableException>().With.Message.Contains("F16"));
    }

    [Test]
    public void WhatIsDisposedAfterTheDeviceIsFreedAllTheSame()
    {
        CardUnderTest.Pose();
        CudaDevice card = CardUnderTest.Open();
        DeviceBuffer buffer = card.Allocate(100, "test");
        PinnedBuffer pinned = card.AllocatePinned(100, "test");
        ComputeQueue queue = card.CreateQueue("test");
        DeviceEvent point = card.CreateEvent();
        card.Dispose();
        buffer.Dispose();
        queue.Dispose();
        point.Dispose();
        pinned.Dispose();
        CardUnderTest.AssertNothingIsWrongOrLeft();
        Assert.That(() => pinned.Span(0, 1), Throws.InstanceOf<ObjectDisposedException>());
    }

    /// <summary>Everything a program does with a card, in small.</summary>
    private static void Use()
    {
        using CudaDevice card = CardUnderTest.Open();
        using DeviceBench bench = new(card);
        using Mailbox mailbox = card.CreateMailbox(8, "test");
        using DeviceEvent point = card.CreateEvent();
        DeviceTensor from = bench.Floats([1, 2], 1);
        DeviceTensor indices = bench.Ints(0);
        DeviceTensor to = mailbox.Buffer.AsTensor(DType.F32, 1, 2);
        bench.Queue.GatherRows(from, indices, to);
        mailbox.Post(bench.Queue);
        _ = mailbox.Receive();
        using CapturedWork captured = bench.Queue.Capture(() =>
        {
            bench.Queue.GatherRows(from, indices, to);
            mailbox.Post(bench.Queue);
        });
        captured.Replay();
        _ = mailbox.Receive();
        bench.Queue.Record(point);
        bench.Queue.Wait(point);
        point.Synchronize();
        _ = point.IsComplete;
        _ = card.MemoryBytes;
        _ = bench.Read(from);
    }

    /// <returns>Whether the failure came out as an exception.</returns>
    private static bool UseUnderFailure(string name, long number)
    {
        bool refused = false;
        try
        {
            Use();
        }
        catch (Exception e) when (e is CudaException or CudaUnavailableException or DeviceOutOfMemoryException)
        {
            refused = true;
        }
        catch (Exception e) when (e is not NUnit.Framework.Internal.NUnitException)
        {
            Assert.Fail($"{name}, call {number}: {e}");
        }

        JsonElement live = EmulatorLibrary.Report().GetProperty("live");
        if (!LetsGo.Any(name.Contains))
        {
            Assert.That(
                live.EnumerateObject().Where(kind => kind.Value.GetInt64() != 0).Select(kind => kind.ToString()), Is.Empty, $"{name}, call {number}: still alive");
        }

        return refused;
    }
}
