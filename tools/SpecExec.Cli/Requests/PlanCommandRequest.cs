using SpecExecNative.Engine.Planning;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Cli.Requests;

/// <summary>A pair to be forecast on a card.</summary>
/// <param name="Pair">Models, acceptance, options; its tree's budget is one of <paramref name="Budgets"/>.</param>
/// <param name="Card">Which.</param>
/// <param name="LinkBytesPerSecond">Null: the card's own.</param>
/// <param name="MemoryBytes">Null: the card's own.</param>
/// <param name="Budgets">Trees to be tried; the best one is the answer.</param>
/// <param name="TraceFile">Where to write the last iteration's timeline; null: nowhere.</param>
internal sealed record PlanCommandRequest(
    PlanRequest Pair, SimulatedCard Card, double? LinkBytesPerSecond, long? MemoryBytes, IReadOnlyList<int> Budgets, string? TraceFile)
{
    /// <summary>The card, with nothing on it.</summary>
    public SimulatedDevice CreateDevice() => new(Card, LinkBytesPerSecond, MemoryBytes);
}
