using NUnit.Framework;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Engine.Tracing;

/// <summary>What events say against what a simulated card knows that it did.</summary>
public sealed class TimelineTests
{
    [TestCase(64)]
    [TestCase(1024)]
    public async Task EventsTellHowBusyTheCardWas(int budget)
    {
        using var device = new SimulatedDevice(SimulatedCards.Find(SimulatedCards.BuiltIn, "RTX 4090")!);
        PlanRequest request = new()
        {
            Target = Model("llama-2-70b"),
            Draft = Model("tinyllama-1.1b"),
            Acceptance = PublishedAcceptance.Find("oasst-1.1b")!,
            Tree = new TreeOptions { Budget = budget, BatchSize = 32 },
        };
        using LoadedPair pair = LoadedPair.Load(device, request);
        var options = new GenerationOptions { Tree = request.Tree, MaxTokens = 60, Sampling = new SamplingOptions { Temperature = 0 }, IgnoreEndOfText = true, KeepsTimeline = true };
        var generator = new Generator(pair.Target, pair.Draft, null) { Synthetic = new SyntheticPair(request.Acceptance, device.Clock, request.Host, seed: 1) };
        using var truth = new SimulatedTimeline(device);
        GenerationRun run = generator.Start(new int[100], options);
        await foreach (GenerationStep step in run)
        {
            truth.EndIteration(step.Statistics);
        }

        PairPlan known = truth.Summarize(pair, request, run.Statistics);
        Assert.That(run.Statistics.CopyBusy, Is.EqualTo(known.CopyBusy).Within(0.02));
        Assert.That(run.Statistics.CopyBusyOverall, Is.EqualTo(known.CopyBusyOverall).Within(0.02));

        Assert.That(run.Statistics.ExposedDraft!.Value / run.Statistics.Decode, Is.EqualTo(known.ExposedDraftSeconds / known.IterationSeconds).Within(0.02));

        // Computing of layers alone: the draft, the output head and small things are left out.
        double layers = known.ComputeSeconds / known.IterationSeconds;
        Assert.That(run.Statistics.ComputeBusy, Is.EqualTo(layers).Within(0.03));
        Assert.That(run.Timespans.Select(s => s.Track).Distinct(), Is.EquivalentTo(new[] { DeviceTrack.Host, DeviceTrack.Compute, DeviceTrack.CopyToDevice }));
        Assert.That(run.Timespans, Has.All.Property(nameof(DeviceSpan.Seconds)).GreaterThanOrEqualTo(0));
    }

    private static WeightCatalog Model(string name)
        => WeightCatalog.Generated(ModelConfigReader.Read(TestData.Repository($"Bench/configs/{name}.json")), name, new Int4Groups(128, HasZeros: false));
}
