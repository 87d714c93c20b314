using NUnit.Framework;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Engine.Budget;

/// <summary>A budget that is chosen for each tree against all that are fixed, on cards that only take time.</summary>
public sealed class ChosenBudgetTests
{
    private static readonly int[] Budgets = [16, 64, 128, 192, 256, 384, 512, 768, 1024];

    [TestCase("RTX 4090", 4, "llama-2-7b", "mtbench-7b")]
    [TestCase("RTX 3090", 4, "llama-2-7b", "mtbench-7b")]
    [TestCase("RTX 5090", 4, "llama-2-7b", "mtbench-7b")]
    [TestCase("RTX 4060", 4, "tinyllama-1.1b", "oasst-1.1b")]
    [TestCase("RTX 4060 Ti", 4, "tinyllama-1.1b", "oasst-1.1b")]
    [TestCase("RTX 4070 Ti", 4, "tinyllama-1.1b", "cnn-8b")]
    [TestCase("RTX 2080 Ti", 4, "tinyllama-1.1b", "oasst-160m")]
    [TestCase("RTX 4090", 16, "llama-2-7b", "mtbench-7b")]
    [TestCase("H200", 4, "llama-2-7b", "mtbench-7b", Description = "nothing streams")]
    public async Task TheChosenBudgetLosesNoMoreThanThreePercentAgainstTheBestFixedOne(string gpu, int bits, string draft, string acceptance)
    {
        var fixedOnes = new List<PairPlan>();
        foreach (int budget in Budgets)
        {
            fixedOnes.Add(await SimulateAsync(gpu, bits, draft, acceptance, new TreeOptions { Budget = budget }));
        }

        PairPlan best = fixedOnes.MaxBy(p => p.TokensPerSecond)!;
        PairPlan chosen = await SimulateAsync(gpu, bits, draft, acceptance, new TreeOptions { Budget = TreeOptions.LargestChosenBudget, ChoosesBudget = true });
        TestContext.Out.WriteLine($"{gpu}: K = {best.TreeBudget} gives {best.TokensPerSecond:0.00} tokens/s, chosen ones (mean {chosen.TreeNodes:0}) {chosen.TokensPerSecond:0.00}");

        Assert.That(chosen.TokensPerSecond, Is.GreaterThanOrEqualTo(0.97 * best.TokensPerSecond));
    }

    private static async Task<PairPlan> SimulateAsync(string gpu, int bits, string draft, string acceptance, TreeOptions tree)
    {
        using var device = new SimulatedDevice(SimulatedCards.Find(SimulatedCards.BuiltIn, gpu)!);
        return await PairSimulation.RunAsync(device, new PlanRequest
        {
            Target = Model("llama-2-70b", bits),
            Draft = Model(draft, 4),
            Acceptance = PublishedAcceptance.Find(acceptance)!,
            Tree = tree with { BatchSize = 128, MeasuresBatch = true },
            Iterations = 64,
        });
    }

    private static WeightCatalog Model(string name, int bits) => WeightCatalog.Generated(
        ModelConfigReader.Read(TestData.Repository($"Bench/configs/{name}.json")), name, bits == 4 ? new Int4Groups(128, HasZeros: false) : null);
}
