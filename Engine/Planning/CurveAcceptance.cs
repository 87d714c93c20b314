namespace SpecExecNative.Engine.Planning;

/// <summary>
/// Walks that accept about as many tokens of a tree of K nodes as a measured curve A(K) says: those of the <see cref="DraftCertainty"/>
/// whose own curve comes closest (within 12 % of each of the paper's, budgets 16 to 2048). Trees of the K best are nested, so one walk holds for all K.
/// </summary>
public sealed class CurveAcceptance : AcceptanceModel
{
    /// <summary>Below the first point the curve goes on as a power of K: a first node that is nearly always accepted, each next one less.</summary>
    private const double InitialPower = 0.78;

    private readonly (double Nodes, double Tokens)[] _points;
    private readonly DraftCertainty _draft;

    /// <param name="points">Budgets with tokens per iteration (the one behind the accepted ones included); both ascend.</param>
    /// <exception cref="OptionException">They make no sense.</exception>
    public CurveAcceptance(IReadOnlyList<(int Budget, double TokensPerIteration)> points)
    {
        bool ascends = points.Zip(points.Skip(1)).All(pair => pair.First.Budget < pair.Second.Budget && pair.First.TokensPerIteration <= pair.Second.TokensPerIteration);
        OptionException.ThrowUnless(
            points.Count > 0 && ascends && points[0].Budget >= 1 && points.All(p => p.TokensPerIteration >= 1 && p.TokensPerIteration <= p.Budget + 1),
            "Acceptance",
            string.Join(", ", points.Select(p => $"{p.Budget}:{p.TokensPerIteration}")),
            "budgets with tokens per iteration, both ascending, from 1 to budget + 1");
        _points = [.. points.Select(p => ((double)p.Budget, p.TokensPerIteration))];
        _draft = DraftCertainty.ClosestTo(TokensPerIteration);
    }

    /// <summary>A(K): tokens per iteration at a budget; between points a straight line over log K, and on in the last one's direction.</summary>
    public double TokensPerIteration(double budget)
    {
        (double Nodes, double Tokens) first = _points[0];
        if (budget <= first.Nodes || _points.Length == 1)
        {
            return 1 + ((first.Tokens - 1) * Math.Pow(Math.Max(0, budget) / first.Nodes, InitialPower));
        }

        int after = 1;
        while (after < _points.Length - 1 && _points[after].Nodes < budget)
        {
            after++;
        }

        (double Nodes, double Tokens) low = _points[after - 1];
        (double Nodes, double Tokens) high = _points[after];
        return low.Tokens + ((high.Tokens - low.Tokens) * Math.Log(budget / low.Nodes) / Math.Log(high.Nodes / low.Nodes));
    }

    /// <inheritdoc/>
    public override void Propose(ulong node, Span<double> probabilities) => _draft.Propose(Uniform(node), probabilities);
}
