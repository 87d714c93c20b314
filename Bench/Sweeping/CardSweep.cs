using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Sweeping;

/// <summary>A real card whose link is held back: a link's case loads the pair anew, with copies paced at its rate.</summary>
internal sealed record CardSweep(PairRequest Request, TextWriting Writing, SamplingOptions Sampling, double? DraftTemperature, int[] Budgets, string Target, string Draft)
{
    private const double Gigabyte = 1e9;

    public BenchCase<CardSweepSession> Case(double rate) => new($"{SweepCommand.Text(rate)} GB/s", (session, cancellation) => Rows(session, rate, cancellation));

    private IEnumerable<Row> Rows(CardSweepSession session, double rate, CancellationToken cancellation)
    {
        using var pair = new PairSession(Request with { Storage = Request.Storage with { LinkLimit = rate * Gigabyte } }, session.Note);
        Parameter[] parameters = [new("GPU", session.Name), new("target", Target), new("draft", Draft), new("link", SweepCommand.Text(rate))];
        double stream = pair.Target.StreamedBytesPerPass / (rate * Gigabyte);
        List<(int Budget, double Speed, double Stream, double Compute)> points = [];
        foreach (int budget in Budgets)
        {
            Texts texts = Writing.Write(pair, DecodingMethod.SpecExec, budget, Sampling, DraftTemperature, null, cancellation);
            points.Add((budget, texts.Speed.Median, stream, texts.ComputeSeconds));
            yield return new Row("sweep", [.. parameters, new("K", $"{budget}")], [
                texts.Speed.Figure("speed", "tokens/s"),
                new Figure("tokens per pass", texts.TokensPerPass, "tokens/pass") { Samples = texts.Written },
                texts.Seconds("iteration", i => i.Total),
                new Figure("stream", stream, "s"),
                new Figure("compute", texts.ComputeSeconds, "s"),
                texts.Seconds("draft", i => i.Draft),
            ]);
        }

        yield return BestBudget.Of(parameters, points, Origin.Measured);
    }
}

/// <summary>The card; each case loads what it needs.</summary>
internal sealed class CardSweepSession : BenchSession
{
    private readonly Kernels.ComputeDevice _device;

    public CardSweepSession(PairRequest request, Action<string> note)
    {
        Note = note;
        using PairModel target = request.Target();
        _device = request.OpenDevice(note, target.Weights.PreferredElement);
    }

    /// <summary>Receives lines about what is not as it should be.</summary>
    public Action<string> Note { get; }

    /// <summary>The card's name, as tables have it.</summary>
    public string Name => Card?.Name ?? Device;

    public override string Device => _device.Name;

    public override CudaCard? Card => (_device as CudaDevice)?.Card;

    public override void Dispose() => _device.Dispose();
}
