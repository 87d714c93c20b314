using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Planning;
using Spectre.Console;

namespace SpecExecNative.Cli.Planning;

/// <summary>A forecast for people.</summary>
internal static class PlanReport
{
    public static void Write(IAnsiConsole console, PlanCommandRequest request, PairPlan best, IReadOnlyList<PairPlan> all)
    {
        double link = request.LinkBytesPerSecond ?? request.Card.LinkBytesPerSecond;
        LabelledLines.Write(console, "simulated", $"{request.Card.Name}, {Quantity.ByteRate(link)} link: a forecast, nothing was measured");
        LabelledLines.Write(console, "layers", $"{best.Memory.Residency.ResidentLayers} of {best.Memory.Residency.Layers} resident, {Quantity.Bytes(best.StreamedBytes)} streamed in each iteration{From(best)}");
        if (all.Count > 1)
        {
            Budgets(best, all).Write(console);
        }

        LabelledLines.Write(console, "tree", $"{best.TreeNodes:0} nodes, grown in {best.DraftSteps:0.0} steps of up to {best.TreeBatch}");
        LabelledLines.Write(console, "iteration", $"{Seconds(best.IterationSeconds)}: draft {Seconds(best.DraftSeconds)} ({Seconds(best.ExposedDraftSeconds)} with the link at rest), verify {Seconds(best.VerifySeconds)}, walk {Seconds(best.WalkSeconds)}");
        LabelledLines.Write(console, "verify", $"{Seconds(best.StreamSeconds)} to stream, {Seconds(best.ComputeSeconds)} to compute, copies busy {best.CopyBusy:0.0 %} of the pass");
        LabelledLines.Write(console, "prompt", Seconds(best.PrefillSeconds));
        LabelledLines.Write(console, "text", $"{best.TokensPerIteration:0.0} tokens an iteration, {Quantity.Rate(best.TokensPerSecond)}");
    }

    private static string From(PairPlan plan) => plan.Place == WeightPlace.Disk ? $", from disk at {Quantity.ByteRate(plan.SourceBytesPerSecond)}" : "";

    private static AlignedTable Budgets(PairPlan best, IReadOnlyList<PairPlan> all)
    {
        string[] titles = ["budget", "resident", "tokens", "iteration", "draft", "stream", "compute", "copies busy", "tokens/s", ""];
        var table = new AlignedTable(titles) { RightAligned = Enumerable.Range(0, titles.Length - 1).ToHashSet() };
        foreach (PairPlan plan in all)
        {
            table.Add(
                $"{plan.TreeBudget}",
                $"{plan.Memory.Residency.ResidentLayers}",
                $"{plan.TokensPerIteration:0.0}",
                Seconds(plan.IterationSeconds),
                Seconds(plan.DraftSeconds),
                Seconds(plan.StreamSeconds),
                Seconds(plan.ComputeSeconds),
                $"{plan.CopyBusy:0.0 %}",
                $"{plan.TokensPerSecond:0.00}",
                ReferenceEquals(plan, best) ? "best" : "");
        }

        return table;
    }

    private static string Seconds(double seconds) => Quantity.Time(TimeSpan.FromSeconds(seconds));
}
