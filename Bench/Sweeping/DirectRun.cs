using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Bench.Sweeping;

/// <summary>Tokens per pass at a budget, measured with that budget: what <see cref="RankedAcceptance"/> must be held against.</summary>
internal static class DirectRun
{
    public static BenchCase<SweepSession> Case(TextWriting writing, SamplingOptions sampling, double? draftTemperature, int budget) => new($"direct run, K = {budget}", (session, cancellation) =>
    {
        Texts texts = writing.Write(session.Pair!, DecodingMethod.SpecExec, budget, sampling, draftTemperature, null, cancellation);
        return [
            new Row("acceptance of a direct run", [new("K", $"{budget}")], [
                new Figure("tokens per pass", texts.TokensPerPass, "tokens/pass") { Samples = texts.Written }.Against("from ranks", session.Ranks!.At(budget).Mean),
                new Figure("± 95 %", texts.Uncertainty, "tokens/pass") { Samples = texts.Written },
            ]),
        ];
    });
}
