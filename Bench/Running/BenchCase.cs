using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Running;

/// <summary>The least that is measured at a stretch: what an interruption loses, and what a shard gets whole.</summary>
/// <typeparam name="TSession">What all cases share.</typeparam>
/// <param name="Name">Unique in its plan, e.g. <c>gemm 4096 x 4096 BF16</c>; the journal knows the case by it.</param>
/// <param name="Measure">Does it. May stop with an <see cref="OperationCanceledException"/>; then the case counts as not begun.</param>
internal sealed record BenchCase<TSession>(string Name, Func<TSession, CancellationToken, IEnumerable<Row>> Measure)
    where TSession : BenchSession
{
    /// <summary>A case with one row.</summary>
    public static BenchCase<TSession> Single(string name, Func<TSession, Row> measure) => new(name, (session, _) => [measure(session)]);
}
