using NUnit.Framework;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Loaders;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Offload;

/// <summary>A model whose layers are streamed is the same model.</summary>
[NonParallelizable]
public sealed class StreamingTests
{
    private const int Layers = 7;

    private static readonly int[] Prompt = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
    private static readonly CheckpointSpec Spec = CheckpointSpec.Variant("Qwen3") with { Layers = Layers };

    private static readonly GenerationOptions Options = new()
    {
        MaxTokens = 24,
        IgnoreEndOfText = true,
        Sampling = new SamplingOptions { Temperature = 0.8, Seed = 5 },
        Tree = new TreeOptions { Budget = 12, BatchSize = 4, MaxDepth = 6 },
    };

    /// <summary>Late: copies are made when the computation must have them. Eager: as soon as the place is free, or said to be.</summary>
    [Test]
    public async Task TextIsTheSameWhateverIsStreamed([Values(0, 1, 3, 5)] int resident, [Values(1, 2, 3)] int slots, [Values("none", "copies", "compute")] string eager)
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Spec);
        using RandomCheckpoint draft = model.RelatedDraft(0.1, layers: 1);
        int[] expected = await Generate(TestModel.Device, model, draft, ResidencyPlan.All(Layers));
        var plan = new ResidencyPlan(Layers, resident, slots);
        Assert.That(await Generate(new DeferredDevice(TestModel.Device, eager), model, draft, plan), Is.EqualTo(expected));
        Assert.That(await Generate(TestModel.Device, model, null, plan), Is.EqualTo(expected), "plain decoding, on a device that waits for itself");
    }

    /// <summary>A prompt of many chunks reads each layer once.</summary>
    [Test]
    public void LongPromptStreamsTheWeightsOnce()
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Spec);
        using Transformer whole = TestModel.Load(model.Path, chunkRows: 64);
        using Transformer streamed = TestModel.Load(model.Path, chunkRows: 4, residency: new ResidencyPlan(Layers, 2));
        TokenBatch batch = new();
        batch.AddChain(0, [.. Enumerable.Range(0, 43).Select(i => i * 7 % 97)]);
        using KvCache wholeCache = whole.CreateCache(0);
        using KvCache streamedCache = streamed.CreateCache(0);
        long before = streamed.Streamer!.BytesCopied;
        Assert.That(TestModel.Logits(streamed, batch, streamedCache), Is.EqualTo(TestModel.Logits(whole, batch, wholeCache)));
        Assert.That(streamed.Streamer.BytesCopied - before, Is.EqualTo(streamed.StreamedBytesPerPass).And.Positive);
    }

    /// <summary>Given up between any two ops, a pass leaves the ring in the middle; the next one is right.</summary>
    [Test]
    public void PassThatWasGivenUpLeavesNothingBehind([Values("none", "copies")] string eager)
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Spec);
        var device = new DeferredDevice(TestModel.Device, eager);
        using Transformer whole = TestModel.Load(model.Path);
        using Transformer streamed = TestModel.Load(model.Path, chunkRows: 4, device: device, residency: new ResidencyPlan(Layers, 2));
        TokenBatch batch = new();
        batch.AddChain(0, Prompt);
        using KvCache wholeCache = whole.CreateCache(0);
        using KvCache streamedCache = streamed.CreateCache(0);
        float[][] expected = TestModel.Logits(whole, batch, wholeCache);
        int ops = 0;
        device.Asked = () => ops++;
        Assert.That(TestModel.Logits(streamed, batch, streamedCache), Is.EqualTo(expected));
        int opsOfAPass = ops;

        int cancelled = 0;
        for (int cancelAt = 1; cancelAt < opsOfAPass; cancelAt++)
        {
            using var source = new CancellationTokenSource();
            ops = 0;
            device.Asked = () =>
            {
                if (++ops == cancelAt)
                {
                    source.Cancel();
                }
            };
            try
            {
                streamed.Forward(batch, streamedCache, source.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            device.Asked = null;
            Assert.That(TestModel.Logits(streamed, batch, streamedCache), Is.EqualTo(expected), $"after op {cancelAt}");
        }

        Assert.That(cancelled, Is.GreaterThan(opsOfAPass / 2));
    }

    /// <summary>The emulated card tells of every race between copies and kernels.</summary>
    [Category("Cuda")]
    [TestCase(0, 1)]
    [TestCase(0, 2)]
    [TestCase(2, 2)]
    [TestCase(4, 1)]
    public async Task CardStreamsWithoutARace(int resident, int slots)
    {
        using RandomCheckpoint model = RandomCheckpoint.Create(Spec with { HeadDim = 16, DType = OracleDType.F16 });
        using RandomCheckpoint draft = model.RelatedDraft(0.1, layers: 1);
        CardUnderTest.Pose("schedule=random;seed=3");
        using (CudaDevice card = CardUnderTest.Open())
        {
            int[] expected = await Generate(card, model, draft, ResidencyPlan.All(Layers));
            Assert.That(await Generate(card, model, draft, new ResidencyPlan(Layers, resident, slots)), Is.EqualTo(expected));
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    /// <summary>The thread that reads, the ring it reads to and the copies out of it keep apart, too.</summary>
    [TestCase(2, 2, 3)]
    [TestCase(0, 1, 7)]
    public async Task CardStreamsFromDiskWithoutARace(int resident, int slots, int seed)
    {
        using var folder = new TemporaryDirectory();
        using RandomCheckpoint model = RandomCheckpoint.Create(Spec with { HeadDim = 16, DType = OracleDType.F16 });
        using RandomCheckpoint draft = model.RelatedDraft(0.1, layers: 1);
        CardUnderTest.Pose($"schedule=random;seed={seed}");
        using (CudaDevice card = CardUnderTest.Open())
        {
            int[] expected = await Generate(card, model, draft, ResidencyPlan.All(Layers));
            var storage = new StorageOptions { Place = WeightPlace.Disk, Folder = folder.Path };
            Assert.That(await Generate(card, model, draft, new ResidencyPlan(Layers, resident, slots), storage), Is.EqualTo(expected));
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    private static async Task<int[]> Generate(ComputeDevice device, RandomCheckpoint target, RandomCheckpoint? draft, ResidencyPlan plan, StorageOptions? storage = null)
    {
        using Transformer large = TestModel.Load(target.Path, chunkRows: 8, device: device, residency: plan, storage: storage);
        using Transformer? small = draft is null ? null : TestModel.Load(draft.Path, device: device, rows: RowResults.BatchDependent);
        Assert.That(large.StreamedBytesPerPass > 0, Is.EqualTo(plan.StreamedLayers > 0));
        GenerationRun run = new Generator(large, small, null, null).Start(Prompt, Options with { Method = small is null ? DecodingMethod.None : DecodingMethod.SpecExec });
        return [.. (await run.CompleteAsync()).SelectMany(step => step.TokenIds)];
    }
}
