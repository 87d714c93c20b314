using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Device;

/// <summary>Copies from pinned memory to a card, by whichever way they go.</summary>
[Category("Cuda")]
[NonParallelizable]
internal sealed class CudaCopyTests
{
    private readonly Random _random = new(20_27);
    private CudaDevice _card = null!;

    [OneTimeSetUp]
    public void Open()
    {
        CardUnderTest.Pose();
        _card = CardUnderTest.Open();
    }

    [OneTimeTearDown]
    public void Close()
    {
        _card?.Dispose();
        if (_card is not null)
        {
            CardUnderTest.AssertNothingIsWrongOrLeft();
        }
    }

    /// <summary>Small ones are read by a kernel, others go through the copy engine; words and odd bytes come to the same.</summary>
    [TestCase(0, 0, 4)]
    [TestCase(4, 8, 1020)]
    [TestCase(0, 256, 70_000)]
    [TestCase(4096, 0, 1 << 20)]
    [TestCase(0, 0, (1 << 20) + 4)]
    [TestCase(1, 0, 64)]
    [TestCase(0, 3, 64)]
    [TestCase(8, 8, 7)]
    public void CopiesOfAnySizeBringEveryByteAndNoMore(int sourceOffset, int destinationOffset, int bytes)
    {
        using DeviceBench bench = new(_card);
        const int Margin = 16;
        int total = destinationOffset + bytes + Margin;
        PinnedBuffer source = bench.Own(_card.AllocatePinned(sourceOffset + bytes, "source"));
        PinnedBuffer blank = bench.Own(_card.AllocatePinned(total, "blank"));
        PinnedBuffer result = bench.Own(_card.AllocatePinned(total, "result"));
        DeviceBuffer buffer = bench.Own(_card.Allocate(total, "test"));
        _random.NextBytes(source.Span(0, sourceOffset + bytes));
        blank.Span(0, total).Fill(0xa5);
        bench.Queue.CopyToDevice(blank, 0, buffer, 0, total);
        bench.Queue.CopyToDevice(source, sourceOffset, buffer, destinationOffset, bytes);
        bench.Queue.CopyToHost(buffer, 0, result, 0, total);
        bench.Queue.Synchronize();
        byte[] expected = [.. blank.Span(0, destinationOffset), .. source.Span(sourceOffset, bytes), .. blank.Span(0, Margin)];
        Assert.That(result.Span(0, total).SequenceEqual(expected), Is.True);
    }

    /// <summary>Host memory that changes between two copies is read as it is at each.</summary>
    [Test]
    public void ASmallCopyIsOfWhatIsThereWhenItIsDone()
    {
        using DeviceBench bench = new(_card);
        PinnedBuffer source = bench.Own(_card.AllocatePinned(sizeof(int), "source"));
        PinnedBuffer result = bench.Own(_card.AllocatePinned(sizeof(int), "result"));
        DeviceBuffer buffer = bench.Own(_card.Allocate(sizeof(int), "test"));
        foreach (int value in new[] { 7, 11, 13 })
        {
            source.As<int>(1)[0] = value;
            bench.Queue.CopyToDevice(source, 0, buffer, 0, sizeof(int));
            bench.Queue.CopyToHost(buffer, 0, result, 0, sizeof(int));
            bench.Queue.Synchronize();
            Assert.That(result.As<int>(1)[0], Is.EqualTo(value));
        }
    }
}
