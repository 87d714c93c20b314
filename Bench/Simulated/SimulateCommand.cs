using System.CommandLine;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Bench.Simulated;

/// <summary>
/// <c>simulate</c>: the simulated cards against what was published. First the paper's own program, with one constant fitted to one row; then
/// ours on the same rows, and at its own best budget. Nothing here is measured.
/// </summary>
internal static class SimulateCommand
{
    private const string Paper = "paper";

    private static readonly int[] Budgets = [64, 128, 192, 256, 384, 512, 768, 1024, 2048, 3072];

    public static Command Create()
    {
        Option<DirectoryInfo> configs = new("--configs")
        {
            Description = "Folder of the models' configurations.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("Bench", "configs")),
        };
        Command command = new("simulate", "Compare simulated cards with published runs, and forecast this program's own.") { configs };
        var run = new RunOptions(command);
        command.SetAction(result => run.Execute(
            result, new BenchPlan<SimulateSession>("simulate", [], (_, _) => new SimulateSession(result.GetValue(configs)!.FullName), [.. Cases()])));
        return command;
    }

    private static IEnumerable<BenchCase<SimulateSession>> Cases()
    {
        foreach (PublishedRun row in PublishedRun.All)
        {
            yield return BenchCase<SimulateSession>.Single($"official program, {row.Title}", session => new Row(
                "iteration of the official program",
                Parameters(row),
                [Simulated("iteration", session.Official.Simulate(row, session.StepSeconds).IterationSeconds, "s").Against(Paper, row.IterationSeconds, Origin.Published)]));
        }

        foreach (PublishedRun row in PublishedRun.All)
        {
            yield return BenchCase<SimulateSession>.Single($"this program, {row.Title}", session =>
            {
                PairPlan same = Simulate(row, session.Configs, row.Budget);
                return new Row(
                    "this program at the published budget and acceptance",
                    Parameters(row),
                    [Simulated("speed", row.TokensPerIteration / same.IterationSeconds, "tokens/s").Against(Paper, row.TokensPerSecond, Origin.Published)]);
            });
        }

        foreach (PublishedRun row in PublishedRun.All.DistinctBy(r => (r.Gpu, r.TargetBits)))
        {
            yield return BenchCase<SimulateSession>.Single(
                $"best budget, {row.Title}", session => Best(row, Budgets.Select(budget => Simulate(row, session.Configs, budget)).MaxBy(p => p.TokensPerSecond)!));
        }
    }

    private static Row Best(PublishedRun row, PairPlan best) => new(
        "this program at its best budget, acceptance made up",
        Parameters(row)[..^1],
        [
            Simulated("speed", best.TokensPerSecond, "tokens/s").Against(Paper, row.TokensPerSecond, Origin.Published),
            Simulated("best K", best.TreeBudget, ""),
            Simulated("tokens/iteration", best.TokensPerIteration, ""),
            Simulated("iteration", best.IterationSeconds, "s"),
            Simulated("draft", best.ExposedDraftSeconds, "s"),
            Simulated("stream", best.StreamSeconds, "s"),
            Simulated("compute", best.ComputeSeconds, "s"),
            Simulated("copies busy", best.CopyBusy, ""),
        ]);

    private static Figure Simulated(string name, double value, string unit) => new(name, value, unit, Origin.Simulated);

    private static PairPlan Simulate(PublishedRun row, string configs, int budget)
    {
        using SimulatedDevice device = row.CreateDevice();
        PlanRequest pair = row.Pair(configs);
        return PairSimulation.RunAsync(device, pair with { Tree = pair.Tree with { Budget = budget, MeasuresBatch = true } }).GetAwaiter().GetResult();
    }

    private static Parameter[] Parameters(PublishedRun row) =>
        [new("GPU", row.Gpu), new("target", $"70B, {row.TargetBits} bits"), new("draft", $"{row.Draft}, {row.DraftBits} bits"), new("K", $"{row.Budget}")];
}
