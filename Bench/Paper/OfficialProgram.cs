using SpecExecNative.Bench.Published;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Bench.Paper;

/// <summary>
/// The paper's own program, as far as it can be said with our engine: no layer stays on the card, two slots, nothing of the next pass is
/// copied ahead, draft steps of 128 nodes that each cost the time of an eager program beside the device's own.
/// </summary>
internal sealed class OfficialProgram(PaperModels models)
{
    /// <summary>Time of a draft step beside the device's own, such that the given row comes out as published.</summary>
    public double FitStepSeconds(PublishedRun row)
    {
        (double without, double steps) = Simulate(row, 0)!.Value;
        double estimate = (row.IterationSeconds - without) / steps;
        (double with, _) = Simulate(row, estimate)!.Value;
        return estimate + ((row.IterationSeconds - with) / steps);
    }

    /// <summary>Seconds of an iteration, and draft steps; null: it does not fit.</summary>
    public (double IterationSeconds, double DraftSteps)? Simulate(PublishedRun row, double stepSeconds, CancellationToken cancellation = default)
    {
        using SimulatedDevice device = PaperModels.CreateDevice(row);
        PlanRequest pair = models.Pair(row);
        PlanRequest theirs = pair with
        {
            Residency = new ResidencyRequest { ResidentLayers = 0, Slots = 2, CopiesAhead = false },
            Tree = pair.Tree with { BatchSize = Math.Max(pair.Tree.BatchSize, row.Budget) }, // it takes no more steps than the tree is deep
            Host = new HostWork { DraftStepSeconds = stepSeconds },
        };
        try
        {
            PairPlan plan = PairSimulation.RunAsync(device, theirs, cancellation).GetAwaiter().GetResult();
            return (plan.IterationSeconds, plan.DraftSteps);
        }
        catch (DeviceOutOfMemoryException)
        {
            return null;
        }
    }
}
