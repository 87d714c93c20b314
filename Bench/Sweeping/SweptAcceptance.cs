using SpecExecNative.Bench.Figures;
using SpecExecNative.Engine.Planning;

namespace SpecExecNative.Bench.Sweeping;

/// <summary>
/// What becomes of drafted tokens. A forecast's walks follow a curve only roughly; where there is one, its own tokens per pass count, and the
/// walks give no more than the shapes of the trees.
/// </summary>
/// <param name="Model">Makes up trees and walks.</param>
/// <param name="Origin">Of its figures.</param>
internal sealed record SweptAcceptance(AcceptanceModel Model, Origin Origin)
{
    /// <summary>Tokens per pass at a budget, as the curve has it; null: there is none.</summary>
    public double? TokensPerPass(int budget) => (Model as CurveAcceptance)?.TokensPerIteration(budget);
}
