using System.CommandLine;
using SpecExecNative.Bench.Reporting;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Bench.Simulated;

/// <summary>
/// <c>simulate</c>: the simulated cards against what was published. First the paper's own program, with one constant fitted to one row; then
/// ours on the same rows, and at its own best budget. Nothing here is measured.
/// </summary>
internal static class SimulateCommand
{
    private const string Caption = "simulated; the reference is published";

    private static readonly int[] Budgets = [64, 128, 192, 256, 384, 512, 768, 1024, 2048, 3072];

    public static Command Create()
    {
        Option<DirectoryInfo> configs = new("--configs")
        {
            Description = "Folder of the models' configurations.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("Bench", "configs")),
        };
        Command command = new("simulate", "Compare simulated cards with published runs, and forecast this program's own.") { configs };
        var output = new ReportOptions(command);
        command.SetAction(result => output.Write(result, new Report("simulate", "simulated cards", [.. Run(result.GetValue(configs)!.FullName)])));
        return command;
    }

    private static IEnumerable<Measurement> Run(string configs)
    {
        var official = new OfficialProgram(configs);
        double step = official.FitStepSeconds(PublishedRun.All[0]);
        yield return new Measurement($"step of the official draft, fitted to the first row ({Caption})", [], step * 1000, "ms");
        foreach (PublishedRun row in PublishedRun.All)
        {
            double seconds = official.Simulate(row, step).IterationSeconds;
            yield return new Measurement($"iteration of the official program ({Caption})", Parameters(row), seconds, "s", $"{row.IterationSeconds} s", seconds / row.IterationSeconds);
        }

        foreach (PublishedRun row in PublishedRun.All)
        {
            PairPlan same = Simulate(row, configs, row.Budget);
            double speed = row.TokensPerIteration / same.IterationSeconds;
            yield return new Measurement(
                $"this program at the published budget and acceptance ({Caption})", Parameters(row), speed, "tokens/s", $"{row.TokensPerSecond} tokens/s", speed / row.TokensPerSecond);
        }

        foreach (PublishedRun row in PublishedRun.All.DistinctBy(r => (r.Gpu, r.TargetBits)))
        {
            PairPlan best = Budgets.Select(budget => Simulate(row, configs, budget)).MaxBy(p => p.TokensPerSecond)!;
            KeyValuePair<string, string>[] parameters =
            [
                .. Parameters(row)[..^1],
                new("best K", $"{best.TreeBudget}"),
                new("tokens/iteration", $"{best.TokensPerIteration:0.0}"),
                new("iteration, s", $"{best.IterationSeconds:0.00}"),
                new("draft, s", $"{best.ExposedDraftSeconds:0.000}"),
                new("stream, s", $"{best.StreamSeconds:0.00}"),
                new("compute, s", $"{best.ComputeSeconds:0.00}"),
                new("copies busy", $"{best.CopyBusy:0.0 %}"),
            ];
            yield return new Measurement(
                $"this program at its best budget, acceptance made up ({Caption})", parameters, best.TokensPerSecond, "tokens/s", $"{row.TokensPerSecond} tokens/s", best.TokensPerSecond / row.TokensPerSecond);
        }
    }

    private static PairPlan Simulate(PublishedRun row, string configs, int budget)
    {
        using SimulatedDevice device = row.CreateDevice();
        PlanRequest pair = row.Pair(configs);
        return PairSimulation.RunAsync(device, pair with { Tree = pair.Tree with { Budget = budget, MeasuresBatch = true } }).GetAwaiter().GetResult();
    }

    private static KeyValuePair<string, string>[] Parameters(PublishedRun row) =>
        [new("GPU", row.Gpu), new("target", $"70B, {row.TargetBits} bits"), new("draft", $"{row.Draft}, {row.DraftBits} bits"), new("K", $"{row.Budget}")];
}
