using System.Text;
using NUnit.Framework;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Modules;
using SpecExecNative.CudaEmulator.Execution;

namespace SpecExecNative.Tests.CudaEmulator.Driver;

/// <summary>Kernels as queued work: their parameters, their limits, and their order with copies.</summary>
public sealed unsafe class KernelTests
{
    private const int Count = 64;
    private const int Bytes = Count * sizeof(float);

    [Test]
    public void AnUploadIntoWhatAKernelReadsNeedsAnEvent([Values] bool hasEvent)
    {
        using var card = new EmulatedCard();
        (nint compute, nint copies, nint read) = (card.Stream(), card.Stream(), card.Event());
        (ulong ring, ulong result, nint source) = (card.Allocate(2 * Bytes), card.Allocate(Bytes), card.Pin(2 * Bytes));
        card.Fill(ring, 1, Bytes, compute);
        card.Synchronize(compute);
        Launch(card, Twice(card), ring, result, Count, compute);
        card.Record(read, compute);
        if (hasEvent)
        {
            card.Wait(copies, read);
        }

        card.Upload(ring, source, Bytes, copies);
        if (!hasEvent)
        {
            Assert.That(EmulatedCard.Status(() => ContextCalls.Synchronize(card.Driver)), Is.EqualTo(CudaResult.LaunchFailed));
            Assert.That(card.Finding!.Text, Does.Contain("kernel twice").And.Contain("H2D copy"));
            return;
        }

        ContextCalls.Synchronize(card.Driver);
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void AnUploadBesideWhatAKernelReadsNeedsNone()
    {
        using var card = new EmulatedCard();
        (nint compute, nint copies) = (card.Stream(), card.Stream());
        (ulong ring, ulong result, nint source) = (card.Allocate(2 * Bytes), card.Allocate(Bytes), card.Pin(2 * Bytes));
        card.Fill(ring, 0, Bytes, compute);
        Launch(card, Twice(card), ring, result, Count, compute);
        card.Upload(ring + Bytes, source, Bytes, copies);
        Assert.That(card.Read(result, Bytes), Is.All.Zero);
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void ParametersAreCopiedWhenTheLaunchIsQueued()
    {
        using var card = new EmulatedCard();
        nint stream = card.Stream();
        (ulong x, ulong y) = (card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(x, 0x3F, Bytes, stream);
        card.Fill(y, 0, Bytes, stream);
        int n = Count / 2;
        void** parameters = stackalloc void*[] { &x, &y, &n };
        LaunchCalls.Launch(card.Driver, Twice(card), new LaunchShape(2, 1, 1, 32, 1, 1), stream, parameters, null);
        n = Count;
        Assert.That(card.Read(y, Bytes)[(Bytes / 2)..], Is.All.Zero);
        Assert.That(card.Read(y, Bytes)[..(Bytes / 2)], Has.None.Zero);
    }

    [Test]
    public void OneBlockOfParametersWillDoInTheirPlace()
    {
        using var card = new EmulatedCard();
        nint stream = card.Stream();
        (ulong x, ulong y) = (card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(x, 0, Bytes, stream);
        byte* block = stackalloc byte[20];
        (*(ulong*)block, *(ulong*)(block + 8), *(int*)(block + 16)) = (x, y, Count);
        nuint size = 20;
        void** extra = stackalloc void*[] { (void*)1, block, (void*)2, &size, null };
        nint function = Twice(card);
        LaunchCalls.Launch(card.Driver, function, new LaunchShape(2, 1, 1, 32, 1, 1), stream, null, extra);
        Assert.That(card.Read(y, Bytes), Is.All.Zero);
        size = 16;
        Assert.That(EmulatedCard.Status(() => LaunchCalls.Launch(card.Driver, function, new LaunchShape(2, 1, 1, 32, 1, 1), stream, null, extra)), Is.EqualTo(CudaResult.InvalidValue));
    }

    [Test]
    public void SharedMemoryAbove48KilobytesNeedsTheOptIn()
    {
        using var card = new EmulatedCard("computeCapability=7.5");
        nint function = Twice(card);
        (ulong x, ulong y) = (card.Allocate(Bytes), card.Allocate(Bytes));
        card.Fill(x, 0, Bytes, 0);
        var shape = new LaunchShape(1, 1, 1, 32, 1, 1, DynamicSharedBytes: 60 << 10);
        Assert.That(EmulatedCard.Status(() => Launch(card, function, x, y, Count, 0, shape)), Is.EqualTo(CudaResult.InvalidValue));
        Assert.That(EmulatedCard.Status(() => ModuleCalls.SetAttribute(card.Driver, function, FunctionAttribute.MaxDynamicSharedSizeBytes, (64 << 10) + 1)), Is.EqualTo(CudaResult.InvalidValue));
        ModuleCalls.SetAttribute(card.Driver, function, FunctionAttribute.MaxDynamicSharedSizeBytes, 64 << 10);
        Launch(card, function, x, y, Count, 0, shape);
        ContextCalls.Synchronize(card.Driver);
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void ShapesThatNoCardTakesAreRefused([Values(0, 1025)] int threads)
    {
        using var card = new EmulatedCard();
        ulong x = card.Allocate(Bytes);
        Assert.That(EmulatedCard.Status(() => Launch(card, Twice(card), x, x, Count, 0, new LaunchShape(1, 1, 1, threads, 1, 1))), Is.EqualTo(CudaResult.InvalidValue));
    }

    [Test]
    public void AGraphReplaysAKernelWithTheParametersOfItsCapture()
    {
        using var card = new EmulatedCard();
        (nint stream, nint function) = (card.Stream(), Twice(card));
        ulong x = card.Allocate(Bytes);
        card.Fill(x, 0x20, Bytes, stream);
        CaptureCalls.Begin(card.Driver, stream, default);
        Launch(card, function, x, x, Count, stream);
        nint exec = GraphCalls.Instantiate(card.Driver, CaptureCalls.End(card.Driver, stream), 0);
        float before = BitConverter.ToSingle(card.Read(x, Bytes));
        GraphCalls.Launch(card.Driver, exec, stream);
        GraphCalls.Launch(card.Driver, exec, stream);
        Assert.That(BitConverter.ToSingle(card.Read(x, Bytes)), Is.EqualTo(4 * before));
        Assert.That(card.Finding, Is.Null);
    }

    [Test]
    public void AFaultNamesTheKernelAndLosesTheContext()
    {
        using var card = new EmulatedCard();
        ulong x = card.Allocate(Bytes);
        card.Fill(x, 0, Bytes, 0);
        Launch(card, Twice(card), x, x, Count + 1, 0, new LaunchShape(3, 1, 1, 32, 1, 1));
        Assert.That(EmulatedCard.Status(() => ContextCalls.Synchronize(card.Driver)), Is.EqualTo(CudaResult.IllegalAddress));
        Assert.That(card.Finding!.Kind, Is.EqualTo("illegal-address"));
        Assert.That(card.Finding.Text, Does.Contain("kernel twice block (2,0,0) thread 0"));
        Assert.That(EmulatedCard.Status(() => card.Allocate(1)), Is.EqualTo(CudaResult.IllegalAddress));
    }

    private static nint Twice(EmulatedCard card)
    {
        fixed (byte* image = Encoding.UTF8.GetBytes(TwiceKernel.Ptx + '\0'))
        {
            return ModuleCalls.GetFunction(card.Driver, ModuleCalls.Load(card.Driver, image, new StringBuilder()), "twice");
        }
    }

    private static void Launch(EmulatedCard card, nint function, ulong x, ulong y, int n, nint stream, LaunchShape? shape = null)
    {
        void** parameters = stackalloc void*[] { &x, &y, &n };
        LaunchCalls.Launch(card.Driver, function, shape ?? new LaunchShape(2, 1, 1, 32, 1, 1), stream, parameters, null);
    }
}
