namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// A strict order of nodes, best first: more probable, then shallower, then found earlier. A child is never more probable
/// than its parent and always deeper, so it ranks behind it even where a probability rounds to 1: the K best nodes are
/// always a tree.
/// </summary>
internal readonly record struct NodeRank(double CumulativeLogProbability, int Depth, int Index) : IComparable<NodeRank>
{
    /// <summary>Negative if this node is better than <paramref name="other"/>.</summary>
    public int CompareTo(NodeRank other)
    {
        // Plain comparisons: log-probabilities are never NaN, and this is the inner loop of the heaps.
        if (CumulativeLogProbability != other.CumulativeLogProbability)
        {
            return CumulativeLogProbability > other.CumulativeLogProbability ? -1 : 1;
        }

        return Depth != other.Depth ? Depth - other.Depth : Index - other.Index;
    }

    public static bool operator <(NodeRank left, NodeRank right) => left.CompareTo(right) < 0;

    public static bool operator >(NodeRank left, NodeRank right) => left.CompareTo(right) > 0;

    public static bool operator <=(NodeRank left, NodeRank right) => left.CompareTo(right) <= 0;

    public static bool operator >=(NodeRank left, NodeRank right) => left.CompareTo(right) >= 0;
}
