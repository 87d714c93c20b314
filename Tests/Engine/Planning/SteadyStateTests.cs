using NUnit.Framework;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Engine.Planning;

/// <summary>What the streamer promises, on cards that nobody here has: an iteration takes as long as its weights take to come, and a draft.</summary>
public sealed class SteadyStateTests
{
    private const double Gen3x16 = 12.3e9;

    [TestCase("RTX 4090", null, 4, "llama-2-7b", "mtbench-7b", 256)]
    [TestCase("RTX 3090", Gen3x16, 4, "llama-2-7b", "mtbench-7b", 256)]
    [TestCase("RTX 5090", null, 4, "llama-2-7b", "mtbench-7b", 128)]
    [TestCase("RTX 4060", null, 4, "tinyllama-1.1b", "oasst-1.1b", 256)]
    [TestCase("RTX 4090", null, 16, "llama-2-7b", "mtbench-7b", 2048)]
    public async Task TheLinkNeverRestsInAPassAndAnIterationIsThatAndADraft(string gpu, double? link, int bits, string draft, string acceptance, int budget)
    {
        PairPlan plan = await SimulateAsync(gpu, link, bits, draft, acceptance, new TreeOptions { Budget = budget });
        double floor = Math.Max(plan.StreamSeconds, plan.ComputeSeconds);
        TestContext.Out.WriteLine($"{gpu}: iteration {plan.IterationSeconds:0.000} s, stream {plan.StreamSeconds:0.000}, compute {plan.ComputeSeconds:0.000}, draft {plan.ExposedDraftSeconds:0.000}, copies busy {plan.CopyBusy:0.0 %}");

        Assert.That(plan.ComputeSeconds, Is.LessThan(plan.StreamSeconds), "the stream bounds this pass");
        Assert.That(plan.CopyBusy, Is.GreaterThanOrEqualTo(0.97));
        Assert.That(plan.IterationSeconds, Is.LessThanOrEqualTo(1.03 * (floor + plan.ExposedDraftSeconds)));
    }

    [TestCase("tinyllama-1.1b", "oasst-1.1b", 0.04)]
    [TestCase("llama-2-7b", "c4-7b", 0.08)]
    [TestCase("llama-2-7b", "mtbench-7b", 0.13, Description = "trees of which every walk goes deep")]
    public async Task TheDraftTakesASmallShareAtTheChosenBudget(string draft, string acceptance, double share)
    {
        PairPlan plan = await SimulateAsync("RTX 4090", null, 4, draft, acceptance, new TreeOptions { Budget = TreeOptions.LargestChosenBudget, ChoosesBudget = true });
        Assert.That(plan.ExposedDraftSeconds / plan.IterationSeconds, Is.LessThanOrEqualTo(share));
    }

    /// <summary>Nothing copied ahead, and the link rests while the draft is at work and while the ring fills again.</summary>
    [Test]
    public async Task CopyingAheadSavesWhatTheRingHolds()
    {
        var tree = new TreeOptions { Budget = 128 };
        PairPlan ahead = await SimulateAsync("RTX 4090", null, 4, "llama-2-7b", "mtbench-7b", tree);
        PairPlan not = await SimulateAsync("RTX 4090", null, 4, "llama-2-7b", "mtbench-7b", tree, new ResidencyRequest { CopiesAhead = false });
        double ring = ahead.Memory.RingBytes / SimulatedCards.Find(SimulatedCards.BuiltIn, "RTX 4090")!.LinkBytesPerSecond;
        Assert.That(not.IterationSeconds - ahead.IterationSeconds, Is.EqualTo(ring).Within(0.25 * ring));
    }

    private static async Task<PairPlan> SimulateAsync(
        string gpu, double? link, int bits, string draft, string acceptance, TreeOptions tree, ResidencyRequest? residency = null)
    {
        using var device = new SimulatedDevice(SimulatedCards.Find(SimulatedCards.BuiltIn, gpu)!, link);
        return await PairSimulation.RunAsync(device, new PlanRequest
        {
            Target = Model("llama-2-70b", bits),
            Draft = Model(draft, 4),
            Acceptance = PublishedAcceptance.Find(acceptance)!,
            Tree = tree with { BatchSize = 128, MeasuresBatch = true },
            Residency = residency ?? new ResidencyRequest(),
            Iterations = 32,
        });
    }

    private static WeightCatalog Model(string name, int bits) => WeightCatalog.Generated(
        ModelConfigReader.Read(TestData.Repository($"Bench/configs/{name}.json")), name, bits == 4 ? new Int4Groups(128, HasZeros: false) : null);
}
