using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Bench.Generation;

/// <summary>
/// Tokens per pass for every budget up to K, from passes with K nodes: trees of the most probable nodes are nested, so a walk through the tree of
/// K goes as far in that of k as the nodes on its way are among the k best. What it does not know is where the next pass would have begun: after
/// a shorter walk it begins within what the longer one accepted, where text is easier than at the places where even K nodes did not suffice.
/// </summary>
internal sealed class RankedAcceptance
{
    private readonly List<int[]> _walks = [];

    /// <summary>Passes taken in.</summary>
    public int Passes => _walks.Count;

    /// <summary>Takes in a pass.</summary>
    public void Add(GenerationStep step) => _walks.Add(RanksOf(step.Tree, step.AcceptedNodes));

    /// <summary>Tokens per pass at a budget, the one behind the accepted ones included, with its standard error as if passes were independent.</summary>
    /// <param name="budget">k, from 0 to the K of the trees.</param>
    public (double Mean, double StandardError) At(int budget)
    {
        double[] tokens = [.. _walks.Select(ranks => 1.0 + Reached(ranks, budget))];
        double mean = tokens.Average();
        return (mean, Math.Sqrt(tokens.Sum(t => (t - mean) * (t - mean)) / Math.Max(1, tokens.Length - 1) / tokens.Length));
    }

    /// <summary>Ranks of the accepted nodes, from the top: 1 is the tree's most probable node beside the root.</summary>
    internal static int[] RanksOf(TokenTree tree, IReadOnlyList<int> accepted)
    {
        int[] ranks = new int[accepted.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            TreeNode node = tree[accepted[i]];
            ranks[i] = 1;
            for (int other = 1; other < tree.Count; other++)
            {
                ranks[i] += IsBetter(tree[other], node) ? 1 : 0;
            }
        }

        return ranks;
    }

    private static int Reached(int[] ranks, int budget)
    {
        int reached = 0;
        while (reached < ranks.Length && ranks[reached] <= budget)
        {
            reached++;
        }

        return reached;
    }

    /// <summary>As the tree's builder has it: more probable, then shallower. Among equals a node is not behind itself.</summary>
    private static bool IsBetter(TreeNode other, TreeNode node)
        => other.CumulativeLogProbability > node.CumulativeLogProbability
            || (other.CumulativeLogProbability == node.CumulativeLogProbability && other.Depth < node.Depth);
}
