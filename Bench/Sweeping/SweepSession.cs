using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Bench.Sweeping;

/// <summary>What becomes of drafted tokens on the simulated cards: as published, or as a pair has just shown in one run at the largest budget.</summary>
internal sealed class SweepSession : BenchSession
{
    private const double Normal95 = 1.96;

    private readonly IReadOnlyList<Row> _rows;

    /// <param name="acceptance">As published.</param>
    public SweepSession(SweptAcceptance acceptance)
        : this(acceptance, null, null, [])
    {
    }

    private SweepSession(SweptAcceptance acceptance, PairSession? pair, RankedAcceptance? ranks, IReadOnlyList<Row> rows)
        => (Acceptance, Pair, Ranks, _rows) = (acceptance, pair, ranks, rows);

    public SweptAcceptance Acceptance { get; }

    /// <summary>The pair whose acceptance was measured; null: none.</summary>
    public PairSession? Pair { get; }

    /// <summary>Its passes at the largest budget.</summary>
    public RankedAcceptance? Ranks { get; }

    public override string Device => Pair is null ? "simulated cards" : $"simulated cards; acceptance on {Pair.Device}";

    public override IReadOnlyList<Row> Rows => _rows;

    /// <summary>Measures a pair's acceptance with the largest of the budgets.</summary>
    /// <param name="pair">The pair; owned from here on.</param>
    /// <param name="writing">The texts.</param>
    /// <param name="sampling">Of the first text.</param>
    /// <param name="draftTemperature">Temperature at which drafted tokens are ranked; null: it is learnt.</param>
    /// <param name="budgets">Ascending.</param>
    /// <param name="cancellation">Between or in passes.</param>
    public static SweepSession Measure(PairSession pair, TextWriting writing, SamplingOptions sampling, double? draftTemperature, int[] budgets, CancellationToken cancellation)
    {
        try
        {
            var ranks = new RankedAcceptance();
            writing.Write(pair, DecodingMethod.SpecExec, budgets[^1], sampling, draftTemperature, ranks.Add, cancellation);
            List<Row> rows = [];
            List<(int Budget, double Tokens)> points = [];
            foreach (int budget in budgets)
            {
                (double mean, double error) = ranks.At(budget);
                points.Add((budget, mean));
                rows.Add(new Row("acceptance from ranks", [new("K", $"{budget}")], [
                    new Figure("tokens per pass", mean, "tokens/pass") { Samples = ranks.Passes },
                    new Figure("± 95 %", Normal95 * error, "tokens/pass") { Samples = ranks.Passes },
                ]));
            }

            return new SweepSession(new SweptAcceptance(new CurveAcceptance(points), Origin.Measured), pair, ranks, rows);
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    public override void Dispose() => Pair?.Dispose();
}
