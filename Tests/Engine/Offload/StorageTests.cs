using NUnit.Framework;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Tests.Cli;
using SpecExecNative.Tests.Loaders;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Offload;

/// <summary>Layers that wait elsewhere than in pinned memory: the same logits, and a clear word when they are gone.</summary>
[NonParallelizable]
public sealed class StorageTests
{
    private const int Layers = 7;

    private static readonly int[] Text = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
    private static readonly CheckpointSpec Spec = CheckpointSpec.Variant("Qwen3") with { Layers = Layers };

    private RandomCheckpoint _model = null!;
    private float[][] _expected = null!;
    private TemporaryDirectory _folder = null!;

    private StorageOptions Disk => new() { Place = WeightPlace.Disk, Folder = _folder.Path };

    private string PackedFile => Directory.GetFiles(_folder.Path, "*.layers").Single();

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryDirectory();
        _model = RandomCheckpoint.Create(Spec);
        using Transformer whole = TestModel.Load(_model.Path);
        _expected = Logits(whole);
    }

    [TearDown]
    public void TearDown()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void LayersFromDiskGiveTheSameLogits([Values(0, 2, 5)] int resident, [Values(1, 2, 3, 6)] int slots)
    {
        var plan = new ResidencyPlan(Layers, resident, slots);
        using Transformer streamed = Load(plan, Disk);
        Assert.That(streamed.HostLayers, Is.EqualTo(new HostLayers(0, 0, plan.StreamedLayers)));
        for (int pass = 0; pass < 4; pass++)
        {
            Assert.That(Logits(streamed), Is.EqualTo(_expected));
        }
    }

    [Test]
    public void TheSecondStartPacksNothing()
    {
        using (Load(new ResidencyPlan(Layers, 1, 2), Disk))
        {
        }

        DateTime written = File.GetLastWriteTimeUtc(PackedFile);
        using Transformer again = Load(new ResidencyPlan(Layers, 3, 1), Disk);
        Assert.That(File.GetLastWriteTimeUtc(PackedFile), Is.EqualTo(written));
        Assert.That(Logits(again), Is.EqualTo(_expected));
    }

    /// <summary>Whether they stay on the device or are streamed from memory, the file is where they come from.</summary>
    [Test]
    public void LayersThatWaitInMemoryArePackedOnceToo([Values(0, 3, 7)] int resident)
    {
        StorageOptions kept = Disk with { Place = WeightPlace.Ram, KeepsPacked = true };
        using (Transformer first = Load(new ResidencyPlan(Layers, resident, 2), kept))
        {
            Assert.That(Logits(first), Is.EqualTo(_expected));
        }

        using (Transformer again = Load(new ResidencyPlan(Layers, resident, 2), kept))
        {
            Assert.That(again.HostLayers, Is.EqualTo(new HostLayers(Layers - resident, 0, 0)));
            Assert.That(Logits(again), Is.EqualTo(_expected));
        }

        // What is in the file is what is computed with: nothing was packed.
        byte[] file = File.ReadAllBytes(PackedFile);
        DateTime written = File.GetLastWriteTimeUtc(PackedFile);
        file.AsSpan(PackedHeader.PageBytes).Clear();
        File.WriteAllBytes(PackedFile, file);
        File.SetLastWriteTimeUtc(PackedFile, written);
        using Transformer empty = Load(new ResidencyPlan(Layers, resident, 2), kept);
        Assert.That(Logits(empty), Is.Not.EqualTo(_expected));
    }

    /// <summary>A whole layer: pages past the system's cache, and the rest of the last one.</summary>
    [Test]
    public void AWholeLayerIsRead([Values(1, 4096, 10_000, 9 << 20)] int bytes)
    {
        string path = _folder["test.layers"];
        var header = new PackedHeader(PackedHeader.KeyOf("a test"), 2, bytes);
        using PinnedBuffer blob = TestModel.Device.AllocatePinned(bytes, "test");
        new Random(1).NextBytes(blob.Span(0, bytes));
        PackedLayersWriter.Write(path, header, _ => blob, CancellationToken.None);
        using PackedLayersFile file = PackedLayersFile.TryOpen(path, header)!;
        using PinnedBuffer read = TestModel.Device.AllocatePinned(bytes, "test");
        file.ReadLayer(1, read);
        Assert.That(read.Span(0, bytes).SequenceEqual(blob.Span(0, bytes)), Is.True);
        using (FileStream other = File.OpenWrite(path))
        {
            other.SetLength(header.OffsetOf(1));
        }

        Assert.Throws<PackedFileException>(() => file.ReadLayer(1, read));
    }

    [Test]
    public void AnotherModelHasAFileOfItsOwn()
    {
        using RandomCheckpoint other = RandomCheckpoint.Create(Spec with { Seed = Spec.Seed + 1 });
        using Transformer first = Load(new ResidencyPlan(Layers, 1, 2), Disk);
        using Transformer second = TestModel.Load(other.Path, residency: new ResidencyPlan(Layers, 1, 2), storage: Disk);
        Assert.That(Directory.GetFiles(_folder.Path, "*.layers"), Has.Length.EqualTo(2));
        Assert.That(Logits(first), Is.EqualTo(_expected));
        Assert.That(Logits(second), Is.Not.EqualTo(_expected));
    }

    [TestCase("header")]
    [TestCase("short")]
    [TestCase("empty")]
    public void AFileThatIsNotWholeIsMadeAnew(string damage)
    {
        using (Load(new ResidencyPlan(Layers, 1, 2), Disk))
        {
        }

        using (FileStream file = File.OpenWrite(PackedFile))
        {
            switch (damage)
            {
                case "header":
                    file.Position = 20;
                    file.WriteByte(0xff);
                    break;
                case "short":
                    file.SetLength(file.Length - 1);
                    break;
                default:
                    file.SetLength(0);
                    break;
            }
        }

        using Transformer again = Load(new ResidencyPlan(Layers, 1, 2), Disk);
        Assert.That(Logits(again), Is.EqualTo(_expected));
    }

    /// <summary>Once the file is back, so is the model.</summary>
    [TestCase("cut")]
    [TestCase("touched")]
    [TestCase("removed")]
    public void AFileThatChangesMeanwhileIsAnErrorThatNamesIt(string change)
    {
        using Transformer streamed = Load(new ResidencyPlan(Layers, 1, 2), Disk);
        string path = PackedFile;
        DateTime written = File.GetLastWriteTimeUtc(path);
        File.Copy(path, $"{path}.copy");
        switch (change)
        {
            case "cut":
                using (FileStream file = File.OpenWrite(path))
                {
                    file.SetLength(8192);
                }

                break;
            case "touched":
                File.SetLastWriteTimeUtc(path, written.AddSeconds(1));
                break;
            default:
                File.Move(path, $"{path}.away");
                break;
        }

        for (int i = 0; i < 2; i++)
        {
            PackedFileException? error = Assert.Throws<PackedFileException>(() => Logits(streamed));
            Assert.That(error!.Message, Does.Contain(path));
        }

        // The very file, as it was: what is open is still the old one.
        if (change == "removed")
        {
            File.Move($"{path}.away", path);
        }
        else if (change == "cut")
        {
            using FileStream from = File.OpenRead($"{path}.copy");
            using FileStream to = File.OpenWrite(path);
            from.CopyTo(to);
        }

        File.SetLastWriteTimeUtc(path, written);
        Assert.That(Logits(streamed), Is.EqualTo(_expected));
    }

    /// <summary>The file is cut between the check and the reads.</summary>
    [Test]
    public void AReadThatEndsEarlyIsAnErrorAndTheNextPassIsRight()
    {
        string path = _folder["test.layers"];
        var header = new PackedHeader(PackedHeader.KeyOf("a test"), 2, 10_000);
        using PinnedBuffer blob = TestModel.Device.AllocatePinned(10_000, "test");
        PackedLayersWriter.Write(path, header, _ => blob, CancellationToken.None);
        using PackedLayersFile file = PackedLayersFile.TryOpen(path, header)!;
        using PinnedBuffer destination = TestModel.Device.AllocatePinned(4096, "test");
        file.Read(1, 0, destination.Span(0, 4096));
        using (FileStream other = File.OpenWrite(path))
        {
            other.SetLength(header.OffsetOf(1));
        }

        PackedFileException? error = Assert.Throws<PackedFileException>(() => file.Read(1, 0, destination.Span(0, 4096)));
        Assert.That(error!.Message, Does.Contain("ends at byte"));
    }

    /// <summary>Memory that does not begin on a page: unbuffered reads would refuse it.</summary>
    [Test]
    public void LayersAreReadToAnyMemory([Values(0, 1, 100)] int skew)
    {
        string path = _folder["test.layers"];
        var header = new PackedHeader(PackedHeader.KeyOf("a test"), 2, 20_000);
        using PinnedBuffer blob = TestModel.Device.AllocatePinned(20_000, "test");
        new Random(1).NextBytes(blob.Span(0, 20_000));
        PackedLayersWriter.Write(path, header, _ => blob, CancellationToken.None);
        using PackedLayersFile file = PackedLayersFile.TryOpen(path, header)!;
        byte[] destination = new byte[8192 + skew];
        file.Read(1, 4096, destination.AsSpan(skew, 8192));
        Assert.That(destination.AsSpan(skew).SequenceEqual(blob.Span(4096, 8192)), Is.True);
    }

    [Test]
    public void AFolderThatCannotBeMadeIsAnErrorThatSaysWhatToDo()
    {
        string file = _folder["no-folder"];
        File.WriteAllText(file, "");
        PackedFileException? error = Assert.Throws<PackedFileException>(
            () => Load(new ResidencyPlan(Layers, 1, 2), new StorageOptions { Place = WeightPlace.Disk, Folder = Path.Combine(file, "packed") }));
        Assert.That(error!.Message, Does.Contain("--packed-cache"));
    }

    [Test]
    public void MoreThanMemoryHoldsWaitsOnDisk()
    {
        using Transformer streamed = Load(new ResidencyPlan(Layers, 1, 2), Disk with { Place = WeightPlace.Auto, MemoryBytes = 1000 });
        Assert.That(streamed.HostLayers.Disk, Is.EqualTo(Layers - 1));
        Assert.That(Logits(streamed), Is.EqualTo(_expected));
    }

    /// <summary>Asked for memory that is not there, it says so before anything is on the device.</summary>
    [Test]
    public void MoreThanMemoryHoldsIsRefusedBeforeALayerIsLoaded()
    {
        var device = new DelegatingDevice();
        DeviceOutOfMemoryException refused = Assert.Throws<DeviceOutOfMemoryException>(() => TestModel.Load(
            _model.Path, device: device, residency: new ResidencyPlan(Layers, 1, 2), storage: Disk with { Place = WeightPlace.Ram, MemoryBytes = 1000 }))!;
        Assert.That(refused.Message, Does.Contain("system RAM, not VRAM").And.Contain("--weights disk"));
        Assert.That(refused.IsHost, Is.True);
        Assert.That(device.Purposes, Has.None.Contains("layer"));
    }

    /// <summary>A packing that was killed leaves a file as large as the model.</summary>
    [Test]
    public void WhatAKilledPackingLeftIsRemoved()
    {
        string abandoned = _folder["other.layers.1.part"];
        string growing = _folder["other.layers.2.part"];
        File.WriteAllText(abandoned, "half a layer");
        File.WriteAllText(growing, "half a layer");
        File.SetLastWriteTimeUtc(abandoned, DateTime.UtcNow.AddHours(-2));
        Load(new ResidencyPlan(Layers, 1, 2), Disk).Dispose();
        Assert.That(File.Exists(abandoned), Is.False);
        Assert.That(File.Exists(growing), Is.True, "somebody may be at it");
    }

    /// <summary>Held back, from wherever they come, they are the same layers.</summary>
    [Test]
    public void LayersThatAreHeldBackGiveTheSameLogits([Values(WeightPlace.Ram, WeightPlace.Disk)] WeightPlace place)
    {
        using Transformer streamed = Load(new ResidencyPlan(Layers, 1, 2), Disk with { Place = place, LinkLimit = 50e6 });
        Assert.That(streamed.LinkBytesPerSecond, Is.LessThan(51e6));
        for (int pass = 0; pass < 3; pass++)
        {
            Assert.That(Logits(streamed), Is.EqualTo(_expected));
        }
    }

    /// <summary>The system pins so many layers and refuses the next: the others go through the ring.</summary>
    [Test]
    public void WhatIsNotPinnedGoesThroughARing([Values(1, 2, 3, 5)] int granted)
    {
        using var device = new PinningDevice(TestModel.Device, granted);
        using Transformer streamed = TestModel.Load(_model.Path, device: device, residency: new ResidencyPlan(Layers, 1, 2), storage: new StorageOptions { Place = WeightPlace.Ram });
        Assert.That(streamed.HostLayers, Is.EqualTo(new HostLayers(granted - 1, Layers - granted, 0)));
        for (int pass = 0; pass < 3; pass++)
        {
            Assert.That(Logits(streamed), Is.EqualTo(_expected));
        }
    }

    /// <summary>Known beforehand, nothing is refused: a refusal can spoil what is pinned later.</summary>
    [Test]
    public void NoMoreIsPinnedThanIsAllowed([Values(0, 1, 4, 6)] int allowed)
    {
        long layerBytes;
        using (Transformer whole = Load(new ResidencyPlan(Layers, 0, 2), new StorageOptions { Place = WeightPlace.Ram }))
        {
            layerBytes = whole.StreamedBytesPerPass / Layers;
        }

        using var device = new PinningDevice(TestModel.Device, granted: allowed);
        using Transformer streamed = TestModel.Load(
            _model.Path, device: device, residency: new ResidencyPlan(Layers, 1, 2), storage: new StorageOptions { Place = WeightPlace.Ram, PinnedBytes = ((allowed + 1) * layerBytes) - 1 });
        Assert.That(streamed.HostLayers, Is.EqualTo(new HostLayers(allowed, Layers - 1 - allowed, 0)));
        Assert.That(Logits(streamed), Is.EqualTo(_expected));
    }

    [Test]
    public void NothingThatCanBePinnedIsAnError()
    {
        using var device = new PinningDevice(TestModel.Device, granted: 0);
        Assert.Throws<DeviceOutOfMemoryException>(
            () => TestModel.Load(_model.Path, device: device, residency: new ResidencyPlan(Layers, 1, 2), storage: new StorageOptions { Place = WeightPlace.Ram }));
    }

    private Transformer Load(ResidencyPlan plan, StorageOptions storage) => TestModel.Load(_model.Path, residency: plan, storage: storage);

    private static float[][] Logits(Transformer model)
    {
        TokenBatch batch = new();
        batch.AddChain(0, Text);
        using KvCache cache = model.CreateCache(0);
        return TestModel.Logits(model, batch, cache);
    }
}
