using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Budget;

/// <summary>
/// How probable it is that the r-th best node of a tree is accepted, learnt as trees are walked: what the draft says, corrected by what
/// came of it. Trees of the K best are nested, so what is learnt from one budget holds for all smaller ones; for larger ones the fall of
/// the last ranks goes on.
/// </summary>
internal sealed class AcceptanceEstimate
{
    /// <summary>What is older counts less: half after about forty trees.</summary>
    private const double Memory = 0.983;

    /// <summary>The draft's word is worth as much as so many trees.</summary>
    private const double Trust = 12;

    /// <summary>Before anything is known: the best node is accepted so often, and the r-th about 1 / r as often.</summary>
    private const double InitialFirst = 0.7;

    private readonly double[] _trees = new double[RankBuckets.Count];
    private readonly double[] _predicted = new double[RankBuckets.Count];
    private readonly double[] _accepted = new double[RankBuckets.Count];

    /// <summary>Learns from a tree that was walked.</summary>
    /// <param name="tree">As it was drafted.</param>
    /// <param name="path">Accepted nodes.</param>
    public void Learn(TokenTree tree, IReadOnlyList<int> path)
    {
        int[] ranked = [.. Enumerable.Range(1, tree.Count - 1)];
        Array.Sort(ranked, (a, b) => tree[b].CumulativeLogProbability.CompareTo(tree[a].CumulativeLogProbability));
        HashSet<int> accepted = [.. path];
        for (int bucket = 0; bucket < RankBuckets.Count && RankBuckets.Start(bucket) <= ranked.Length; bucket++)
        {
            int first = RankBuckets.Start(bucket);
            int end = Math.Min(RankBuckets.End(bucket), ranked.Length + 1);
            if (end <= first)
            {
                continue;
            }

            // A bucket that the tree has in part counts in part.
            double share = (end - first) / (double)(RankBuckets.End(bucket) - first);
            _trees[bucket] = (_trees[bucket] * Memory) + share;
            _predicted[bucket] *= Memory;
            _accepted[bucket] *= Memory;
            for (int rank = first; rank < end; rank++)
            {
                int node = ranked[rank - 1];
                _predicted[bucket] += Math.Exp(tree[node].CumulativeLogProbability);
                _accepted[bucket] += accepted.Contains(node) ? 1 : 0;
            }
        }
    }

    /// <summary>Tokens of a pass over the best <paramref name="budget"/> nodes, the one behind the accepted ones included.</summary>
    public double TokensPerIteration(int budget)
    {
        double tokens = 1;
        double previous = InitialFirst;
        double correction = Correction();
        for (int bucket = 0; bucket < RankBuckets.Count && RankBuckets.Start(bucket) <= budget; bucket++)
        {
            int first = RankBuckets.Start(bucket);
            int width = RankBuckets.End(bucket) - first;
            if (width <= 0)
            {
                continue;
            }

            double mass = MassOf(bucket, first, width, previous, correction);
            previous = Math.Min(previous, mass / width);
            tokens += previous * (Math.Min(RankBuckets.End(bucket), budget + 1) - first);
        }

        return tokens;
    }

    /// <summary>Expected accepted nodes in a whole bucket.</summary>
    private double MassOf(int bucket, int first, int width, double previous, double correction)
    {
        if (_trees[bucket] <= 0)
        {
            // Never seen: probabilities fall as one over the rank.
            return width * previous * Math.Max(1, first - 1) / (first - 1 + width);
        }

        double draft = _predicted[bucket] / _trees[bucket] * correction;
        return (_accepted[bucket] + (Trust * draft)) / (_trees[bucket] + Trust);
    }

    /// <summary>How far the draft is from the truth over all ranks.</summary>
    private double Correction() => (_accepted.Sum() + Trust) / (_predicted.Sum() + Trust);
}
