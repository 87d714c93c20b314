using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.CudaEmulator.Driver;
using SpecExecNative.Tests.Kernels;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Loaders;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Offload;

/// <summary>Whole texts by a target that is streamed, with a draft: given up or failing anywhere, they leave an engine that works.</summary>
[NonParallelizable]
public sealed class StreamedGenerationTests
{
    private const int Layers = 8;

    private static readonly int[] Prompt = [3, 1, 4, 1, 5];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CheckpointSpec Spec = CheckpointSpec.Variant("Qwen3") with { Layers = Layers, HeadDim = 16, DType = OracleDType.F16 };

    private static readonly GenerationOptions Options = new()
    {
        MaxTokens = 7,
        IgnoreEndOfText = true,
        Sampling = new SamplingOptions { Temperature = 0.8, Seed = 5 },
        Tree = new TreeOptions { Budget = 6, BatchSize = 3, MaxDepth = 4 },
    };

    private RandomCheckpoint _model = null!;
    private RandomCheckpoint _draft = null!;
    private TemporaryDirectory _folder = null!;

    [OneTimeSetUp]
    public void Open()
    {
        _model = RandomCheckpoint.Create(Spec);
        _draft = _model.RelatedDraft(0.1, layers: 1);
        _folder = new TemporaryDirectory();
    }

    [OneTimeTearDown]
    public void Close()
    {
        _model?.Dispose();
        _draft?.Dispose();
        _folder?.Dispose();
    }

    /// <summary>Rings of all sizes, from wherever the layers come, with copies and kernels as late and as mixed as the rules allow.</summary>
    [Test]
    [Pairwise]
    [Category("Cuda")]
    public async Task TheCardWritesTheSameText(
        [Values(2, 3, 4, 5, 6)] int slots, [Values(0, 1, 3, 8)] int resident, [Values("pinned", "staged", "disk", "held back")] string from, [Values("late", "random")] string schedule)
    {
        CardUnderTest.Pose($"schedule={schedule};seed={slots}");
        using (CudaDevice card = CardUnderTest.Open())
        {
            using Pair whole = Load(card, ResidencyPlan.All(Layers), new StorageOptions());
            int[] expected = await whole.WriteAsync();
            using Pair streamed = Load(card, new ResidencyPlan(Layers, resident, slots), Storage(from));
            Assert.That(await streamed.WriteAsync(), Is.EqualTo(expected));
            Assert.That(await streamed.WriteAsync(), Is.EqualTo(expected), "the next text");
        }

        CardUnderTest.AssertNothingIsWrongOrLeft();
    }

    /// <summary>At any op: in the prompt, between two layers, in a draft step, in the walk, with copies for the next pass under way.</summary>
    [Test]
    public async Task ATextThatIsGivenUpAnywhereLeavesTheNextOneWhole([Values("none", "copies")] string eager)
    {
        var device = new DeferredDevice(TestModel.Device, eager);
        using Pair pair = Load(device, new ResidencyPlan(Layers, 2), new StorageOptions());
        int ops = 0;
        device.Asked = () => ops++;
        int[] expected = await pair.WriteAsync();
        int opsOfAText = ops;
        int cancelled = 0;
        for (int cancelAt = 1; cancelAt < opsOfAText; cancelAt += 1 + (cancelAt / 10))
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
                await pair.WriteAsync(source.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            device.Asked = null;
            Assert.That(await pair.WriteAsync(), Is.EqualTo(expected), $"after op {cancelAt}");
        }

        Assert.That(cancelled, Is.GreaterThan(20));
    }

    /// <summary>Any call of the driver: copies and launches of the target, the draft's graphs, the ring, whatever the text goes through.</summary>
    [Test]
    [Category("Cuda")]
    public async Task ATextMayFailAnywhere([Values("pinned", "disk")] string from)
    {
        CardUnderTest.RequireEmulator();
        int[] expected = [];
        long before = 0;
        long after = 0;
        CardUnderTest.Pose();
        using (CudaDevice card = CardUnderTest.Open())
        {
            using Pair pair = Load(card, new ResidencyPlan(Layers, 2), Storage(from));
            before = Calls();
            expected = await pair.WriteAsync();
            after = Calls();
        }

        const int Faults = 25;
        (int told, int recovered) = (0, 0);
        string last = "";
        for (int fault = 0; fault < Faults; fault++)
        {
            long nth = before + 1 + ((after - before - 1) * fault / Faults);
            CardUnderTest.Pose($"failAnyCall.nth={nth};failAnyCall.code=2");
            using (CudaDevice card = CardUnderTest.Open())
            {
                using Pair pair = Load(card, new ResidencyPlan(Layers, 2), Storage(from));
                Task<int[]> text = Task.Run(() => pair.WriteAsync());
                Assert.That(await Task.WhenAny(text, Task.Delay(Patience)), Is.SameAs(text), $"call {nth}: it hangs");
                try
                {
                    Assert.That(await text, Is.EqualTo(expected), $"call {nth}");
                }
                catch (Exception e) when (e is CudaException or DeviceOutOfMemoryException)
                {
                    told++;
                    last = e.ToString();
                    Assert.That(await pair.WriteAsync(), Is.EqualTo(expected), $"call {nth}: the next text");
                    recovered++;
                }
            }

            JsonElement live = EmulatorLibrary.Report().GetProperty("live");
            Assert.That(
                live.EnumerateObject().Where(kind => kind.Value.GetInt64() != 0).Select(kind => kind.ToString()), Is.Empty, $"call {nth}: still alive, {told} told, last {last}");
        }

        TestContext.Out.WriteLine($"{from}: of {Faults} faults in {after - before} calls, {told} were told and {recovered} texts came after");
        Assert.That(told, Is.GreaterThan(Faults / 2));
    }

    private static long Calls() => EmulatorLibrary.Report().GetProperty("calls").EnumerateObject().Sum(call => call.Value.GetInt64());

    private Pair Load(ComputeDevice device, ResidencyPlan plan, StorageOptions storage) => new(
        TestModel.Load(_model.Path, chunkRows: 8, device: device, residency: plan, storage: storage),
        TestModel.Load(_draft.Path, device: device, rows: RowResults.BatchDependent));

    private StorageOptions Storage(string from) => from switch
    {
        "staged" => new StorageOptions { PinnedBytes = 0 },
        "disk" => new StorageOptions { Place = WeightPlace.Disk, Folder = _folder.Path },
        "held back" => new StorageOptions { LinkLimit = 100e6 },
        _ => new StorageOptions(),
    };

    private sealed class Pair(Transformer target, Transformer draft) : IDisposable
    {
        public async Task<int[]> WriteAsync(CancellationToken cancellation = default)
        {
            GenerationRun run = new Generator(target, draft, null, null).Start(Prompt, Options);
            return [.. (await run.CompleteAsync(cancellation)).SelectMany(step => step.TokenIds)];
        }

        public void Dispose()
        {
            target.Dispose();
            draft.Dispose();
        }
    }
}
