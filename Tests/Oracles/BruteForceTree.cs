namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// The best token tree by exhaustive search: every path that the limits allow is written down, and the K with the highest
/// cumulative log-probability are taken. This is the optimum that SpecExec's Algorithm 2 searches for
/// (Svirschevski et al. 2024), with no priority queue, no pruning and no batches.
/// </summary>
public sealed record BruteForceTree
{
    /// <summary>K: how many nodes to take.</summary>
    public required int Budget { get; init; }

    /// <summary>Longest path; children of the root have depth 1.</summary>
    public required int Depth { get; init; }

    /// <summary>Only so many children of a node are considered: its most probable ones, of equal ones those with lower ids.</summary>
    public int Width { get; init; } = int.MaxValue;

    /// <summary>Nodes with a lower cumulative log-probability are not taken.</summary>
    public double LeastCumulativeLogProb { get; init; } = double.NegativeInfinity;

    /// <summary>
    /// The best nodes, best first. Ties: higher cumulative log-probability, then shallower, then the path that comes first
    /// token by token. As a child is never better than its parent and always deeper, the nodes always form a tree.
    /// Where a searcher may break ties otherwise, compare cumulative log-probabilities, which do not depend on the order.
    /// </summary>
    /// <param name="logProbabilities">From a path (empty: the root) to the log-probabilities of its next token, <c>[V]</c>, each ≤ 0.</param>
    public IReadOnlyList<BruteForceNode> Best(Func<IReadOnlyList<int>, double[]> logProbabilities)
    {
        List<BruteForceNode> all = [];
        Enumerate(new BruteForceNode([], 0), logProbabilities, all);
        return [.. all
            .Where(node => node.CumulativeLogProb >= LeastCumulativeLogProb)
            .OrderByDescending(node => node.CumulativeLogProb)
            .ThenBy(node => node.Path.Count)
            .ThenBy(node => node.Path, Comparer<IReadOnlyList<int>>.Create(CompareTokens))
            .Take(Budget)];
    }

    private void Enumerate(BruteForceNode node, Func<IReadOnlyList<int>, double[]> logProbabilities, List<BruteForceNode> all)
    {
        if (node.Path.Count == Depth)
        {
            return;
        }

        double[] next = logProbabilities(node.Path);
        foreach (int token in Enumerable.Range(0, next.Length).OrderByDescending(t => next[t]).ThenBy(t => t).Take(Width))
        {
            BruteForceNode child = new([.. node.Path, token], node.CumulativeLogProb + next[token]);
            all.Add(child);
            Enumerate(child, logProbabilities, all);
        }
    }

    private static int CompareTokens(IReadOnlyList<int> a, IReadOnlyList<int> b)
        => a.Zip(b, (x, y) => x.CompareTo(y)).FirstOrDefault(order => order != 0, a.Count.CompareTo(b.Count));
}
