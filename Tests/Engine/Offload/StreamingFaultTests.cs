using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.CudaEmulator.Driver;
using SpecExecNative.Tests.Kernels.Cuda.Device;
using SpecExecNative.Tests.Loaders;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Offload;

/// <summary>A driver call that fails somewhere between the first layer's loading and a pass's end: a typed error, no hang, no leak, and the next pass works.</summary>
[NonParallelizable]
public sealed class StreamingFaultTests
{
    private const int Layers = 5;
    /// <summary>One of so many calls is made to fail, in turn. With 1, all of them, it takes a minute and a half.</summary>
    private const int Stride = 4;

    private static readonly int[] Text = [3, 1, 4, 1, 5, 9, 2, 6];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly CheckpointSpec Spec = CheckpointSpec.Variant("Qwen3") with { Layers = Layers, HeadDim = 16, DType = OracleDType.F16 };

    private RandomCheckpoint _model = null!;
    private TemporaryDirectory _folder = null!;

    [OneTimeSetUp]
    public void Open()
    {
        CardUnderTest.RequireEmulator();
        _model = RandomCheckpoint.Create(Spec);
        _folder = new TemporaryDirectory();
    }

    [OneTimeTearDown]
    public void Close()
    {
        _model?.Dispose();
        _folder?.Dispose();
    }

    [Test]
    public async Task AnyCallMayFail([Values(WeightPlace.Ram, WeightPlace.Disk)] WeightPlace place)
    {
        CardUnderTest.Pose();
        (float[][] expected, _) = await UseAsync(place);
        long calls = EmulatorLibrary.Report().GetProperty("calls").EnumerateObject().Sum(call => call.Value.GetInt64());
        Assert.That(calls, Is.GreaterThan(200), "the scenario goes everywhere");
        (int faults, int refused, int recovered) = (0, 0, 0);
        for (long nth = 1; nth <= calls; nth += Stride)
        {
            faults++;
            CardUnderTest.Pose($"failAnyCall.nth={nth};failAnyCall.code=999");
            (float[][]? logits, bool failedOnce) = await UseAsync(place);
            refused += logits is null ? 1 : 0;
            recovered += failedOnce && logits is not null ? 1 : 0;
            if (logits is not null)
            {
                Assert.That(logits, Is.EqualTo(expected), $"call {nth}");
            }

            JsonElement live = EmulatorLibrary.Report().GetProperty("live");
            Assert.That(
                live.EnumerateObject().Where(kind => kind.Value.GetInt64() != 0).Select(kind => kind.ToString()), Is.Empty, $"call {nth}: still alive");
        }

        TestContext.Out.WriteLine($"{place}: {calls} calls; of {faults} failures {refused} ended the program, {recovered} only a pass");
        Assert.That(refused + recovered, Is.GreaterThan(faults / 2), "most failures must be told");
    }

    /// <summary>Loads, computes, and where the pass fails computes once more.</summary>
    /// <returns>Null: nothing came of it.</returns>
    private async Task<(float[][] Logits, bool FailedOnce)> UseAsync(WeightPlace place)
    {
        Task<(float[][]?, bool)> use = Task.Run(() => Use(place));
        Assert.That(await Task.WhenAny(use, Task.Delay(Patience)), Is.SameAs(use), "it hangs");
        (float[][]? logits, bool failedOnce) = await use;
        return (logits!, failedOnce);
    }

    private (float[][]? Logits, bool FailedOnce) Use(WeightPlace place)
    {
        bool failedOnce = false;
        try
        {
            using CudaDevice card = CardUnderTest.Open();
            using Transformer model = TestModel.Load(
                _model.Path, device: card, residency: new ResidencyPlan(Layers, 1, 2), storage: new StorageOptions { Place = place, Folder = _folder.Path });
            try
            {
                return (Pass(model), false);
            }
            catch (Exception e) when (IsTyped(e))
            {
                failedOnce = true;
                return (Pass(model), true);
            }
        }
        catch (Exception e) when (IsTyped(e))
        {
            return (null, failedOnce);
        }
    }

    private static float[][] Pass(Transformer model)
    {
        TokenBatch batch = new();
        batch.AddChain(0, Text);
        using KvCache cache = model.CreateCache(0);
        return TestModel.Logits(model, batch, cache);
    }

    private static bool IsTyped(Exception e) => e is CudaException or CudaUnavailableException or DeviceOutOfMemoryException or PackedFileException;
}
