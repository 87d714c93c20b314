using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Bench.Sweeping;

/// <summary>Forecasts for one card and link, at all budgets.</summary>
/// <param name="Budgets">K, ascending.</param>
/// <param name="Draft">The draft.</param>
/// <param name="DraftTitle">What tables call it.</param>
/// <param name="Iterations">Of which a forecast is the mean.</param>
internal sealed record SimulatedSweep(int[] Budgets, WeightCatalog Draft, string DraftTitle, int Iterations)
{
    private const int LargestBatch = 128;
    private const int Context = 2048;
    private const double Gigabyte = 1e9;

    /// <param name="card">Which.</param>
    /// <param name="target">The target.</param>
    /// <param name="title">What tables call it.</param>
    /// <param name="rate">Of the link, in GB/s.</param>
    public BenchCase<SweepSession> Case(SimulatedCard card, WeightCatalog target, string title, double rate)
    {
        Parameter[] parameters = [new("GPU", card.Name), new("target", title), new("draft", DraftTitle), new("link", SweepCommand.Text(rate))];
        return new BenchCase<SweepSession>(
            $"{card.Name}, {title}, {SweepCommand.Text(rate)} GB/s",
            (session, cancellation) => Rows(parameters, card, target, session.Acceptance, rate * Gigabyte, cancellation));
    }

    private IEnumerable<Row> Rows(Parameter[] parameters, SimulatedCard card, WeightCatalog target, SweptAcceptance acceptance, double link, CancellationToken cancellation)
    {
        List<(int Budget, double Speed, double Stream, double Compute)> points = [];
        foreach (int budget in Budgets)
        {
            PairPlan? plan = TryPlan(card, target, acceptance.Model, link, budget, cancellation);
            if (plan is null)
            {
                break; // larger trees do not fit either
            }

            Figure tokens = acceptance.TokensPerPass(budget) is { } known
                ? new Figure("tokens per pass", known, "tokens/pass", acceptance.Origin)
                : Simulated("tokens per pass", plan.TokensPerIteration, "tokens/pass");
            double speed = tokens.Value / plan.IterationSeconds;
            points.Add((budget, speed, plan.StreamSeconds, plan.ComputeSeconds));
            yield return new Row("sweep", [.. parameters, new("K", $"{budget}")], [
                Simulated("speed", speed, "tokens/s"),
                tokens,
                Simulated("iteration", plan.IterationSeconds, "s"),
                Simulated("stream", plan.StreamSeconds, "s"),
                Simulated("compute", plan.ComputeSeconds, "s"),
                Simulated("draft", plan.DraftSeconds, "s"),
                Simulated("copies busy", plan.CopyBusy, ""),
                Simulated("resident layers", plan.Memory.Residency.ResidentLayers, ""),
            ]);
        }

        if (points.Count == 0)
        {
            throw new BenchException($"{target.Name} with its draft does not fit on {card.Name}, not even with a tree of {Budgets[0]} nodes.");
        }

        yield return BestBudget.Of(parameters, points, Origin.Simulated);
    }

    private PairPlan? TryPlan(SimulatedCard card, WeightCatalog target, AcceptanceModel acceptance, double link, int budget, CancellationToken cancellation)
    {
        using var device = new SimulatedDevice(card, link);
        try
        {
            return PairSimulation.RunAsync(
                device,
                new PlanRequest
                {
                    Target = target,
                    Draft = Draft,
                    Acceptance = acceptance,
                    Tree = new TreeOptions { Budget = budget, BatchSize = LargestBatch, MeasuresBatch = true },
                    ContextLength = Context,
                    Iterations = Iterations,
                },
                cancellation).GetAwaiter().GetResult();
        }
        catch (DeviceOutOfMemoryException)
        {
            return null;
        }
    }

    private static Figure Simulated(string name, double value, string unit) => new(name, value, unit, Origin.Simulated);
}
