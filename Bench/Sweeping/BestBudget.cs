using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Sweeping;

/// <summary>What the rows of one link say together.</summary>
internal static class BestBudget
{
    /// <summary>The fastest budget, and the one from which on computing takes longer than streaming.</summary>
    /// <param name="parameters">Of the link: all but K.</param>
    /// <param name="points">Budgets, ascending, with speed in tokens/s and seconds of streaming and of computing.</param>
    /// <param name="origin">Of them all.</param>
    public static Row Of(IReadOnlyList<Parameter> parameters, IReadOnlyList<(int Budget, double Speed, double Stream, double Compute)> points, Origin origin)
    {
        (int budget, double speed, double stream, double compute) = points.MaxBy(p => p.Speed);
        List<Figure> figures =
        [
            new("best K", budget, "", origin),
            new("speed", speed, "tokens/s", origin),
        ];
        if (stream > 0 && compute > 0)
        {
            figures.Add(new Figure("stream over compute", stream / compute, "", origin));
        }

        if (Crossover(points) is { } crossover)
        {
            figures.Add(new Figure("computing overtakes at K", crossover, "", origin));
        }

        return new Row("best budget", parameters, figures);
    }

    /// <summary>
    /// K at which computing takes as long as streaming, between two points on straight lines over log K; the first K if it does so there already;
    /// null: it never does, or nothing streams.
    /// </summary>
    internal static double? Crossover(IReadOnlyList<(int Budget, double Speed, double Stream, double Compute)> points)
    {
        if (points[0].Stream > 0 && points[0].Compute >= points[0].Stream)
        {
            return points[0].Budget;
        }

        for (int i = 1; i < points.Count; i++)
        {
            double before = points[i - 1].Compute - points[i - 1].Stream;
            double after = points[i].Compute - points[i].Stream;
            if (before < 0 && after >= 0)
            {
                double share = before / (before - after);
                return Math.Exp(Math.Log(points[i - 1].Budget) + (share * Math.Log((double)points[i].Budget / points[i - 1].Budget)));
            }
        }

        return null;
    }
}
