using NUnit.Framework;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Tests.Kernels;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Offload;

/// <summary>No wait of the stream can be left out unnoticed: without a single one of them, on a device that works at the worst moment, numbers are wrong.</summary>
public sealed class ForgottenWaitTests
{
    private const int Layers = 7;
    private const int Groups = 3;
    private const int PieceBytes = 4 << 20;

    private static readonly int[] Prompt = [3, 1, 4, 1, 5, 9, 2, 6];

    /// <summary>
    /// The computation's waits for each group of each layer, where copies come as late as they may, and the copies' waits for the place of each,
    /// where they come as early as they may.
    /// </summary>
    [Test]
    public void WaitsForTheGroupsOfLayers([Values("compute", "copies")] string queue, [Values(1, 2)] int slots)
    {
        const int Resident = 2;
        const int Waits = (Layers - Resident) * Groups;
        using RandomCheckpoint model = RandomCheckpoint.Create(CheckpointSpec.Variant("Qwen3") with { Layers = Layers });
        using Transformer whole = TestModel.Load(model.Path);
        TokenBatch batch = new();
        batch.AddChain(0, Prompt);
        float[][] expected = Logits(whole, batch);
        for (int forgotten = 0; forgotten < Waits; forgotten++)
        {
            var device = new DeferredDevice(TestModel.Device, eagerQueue: queue == "copies" ? "copies" : "none");
            using Transformer streamed = TestModel.Load(model.Path, device: device, residency: new ResidencyPlan(Layers, Resident, slots));
            Assert.That(Logits(streamed, batch), Is.EqualTo(expected));
            int number = 0;
            device.Forgets = (name, _) => name == queue && number++ == forgotten;
            Assert.That(Logits(streamed, batch), Is.Not.EqualTo(expected), $"wait {forgotten} of {Waits}");
            Assert.That(number, Is.EqualTo(Waits));
        }
    }

    /// <summary>What is staged waits for its place on the device, and the host waits until a place of the pinned ring has been copied out of.</summary>
    [TestCase("none", ExpectedResult = true)]
    [TestCase("host", ExpectedResult = false)]
    [TestCase("copies", ExpectedResult = false)]
    public bool WaitsOfTheStagedFeed(string forgotten)
    {
        const int Count = 16;
        Assert.That((long)Count * PieceBytes, Is.GreaterThan(StorageOptions.RingBytes), "the ring of pinned pieces must be gone round");
        var device = new DeferredDevice(TestModel.Device, eagerQueue: forgotten == "copies" ? "copies" : null);
        using ComputeQueue compute = device.CreateQueue("compute");
        using ComputeQueue copies = device.CreateQueue("copies");
        using var memory = new DeviceMemory(device);
        DeviceBuffer[] places = [.. Enumerable.Range(0, Count).Select(_ => memory.Allocate(PieceBytes, "a layer"))];
        PinnedBuffer before = memory.AllocatePinned(PieceBytes, "what was there before");
        PinnedBuffer after = memory.AllocatePinned(PieceBytes, "what came");
        DeviceEvent used = memory.Own(device.CreateEvent);
        DeviceEvent unused = memory.Own(device.CreateEvent);
        DeviceEvent copied = memory.Own(device.CreateEvent);
        after.Span(0, PieceBytes).Clear(); // memory comes as others left it
        compute.CopyToDevice(after, 0, places[0], 0, PieceBytes);
        compute.Synchronize();
        using var feed = new StagedFeed(device, copies, new Pattern(Count));
        device.Forgets = (queue, _) => queue == forgotten;

        compute.CopyToHost(places[0], 0, before, 0, PieceBytes); // the last use of what lies in the first place
        compute.Record(used);
        for (int layer = 0; layer < Count; layer++)
        {
            feed.Request(layer, new ByteRange(0, PieceBytes), places[layer], layer == 0 ? used : unused, copied);
        }

        feed.Drain();
        device.Forgets = (_, _) => false;
        copies.Synchronize();
        compute.Synchronize();
        bool isRight = before.Span(0, PieceBytes).IndexOfAnyExcept((byte)0) < 0;
        for (int layer = 0; layer < Count; layer++)
        {
            compute.CopyToHost(places[layer], 0, after, 0, PieceBytes);
            compute.Synchronize();
            isRight &= after.Span(0, PieceBytes).IndexOfAnyExcept(Pattern.Of(layer)) < 0;
        }

        return isRight;
    }

    private static float[][] Logits(Transformer model, TokenBatch batch)
    {
        using KvCache cache = model.CreateCache(0);
        return TestModel.Logits(model, batch, cache);
    }

    /// <summary>Layers of one byte each, again and again.</summary>
    private sealed class Pattern(int count) : LayerSource
    {
        public static byte Of(int layer) => (byte)(layer + 1);

        public override int Count => count;

        public override void Read(int layer, long offset, Span<byte> destination) => destination.Fill(Of(layer));

        protected override void Dispose(bool disposing)
        {
        }
    }
}
