namespace SpecExecNative.Engine.Speculation;

/// <summary>Turns the K best of all nodes seen into a <see cref="TokenTree"/>.</summary>
internal static class TreeHarvest
{
    /// <param name="nodes">All nodes seen, parents before children, root first.</param>
    /// <param name="best">The ones to keep: every kept node's parent is kept.</param>
    public static TokenTree Collect(List<TreeNode> nodes, IReadOnlyCollection<(int Node, WorstFirst Rank)> best)
    {
        NodeRank[] kept = [.. best.Select(b => b.Rank.Rank)];
        Array.Sort(kept);

        // Worst first, each put before the siblings that it is worse than: child lists come out best first.
        int[] firstChild = new int[nodes.Count];
        int[] nextSibling = new int[nodes.Count];
        for (int i = kept.Length - 1; i >= 0; i--)
        {
            int node = kept[i].Index;
            int parent = nodes[node].Parent;
            nextSibling[node] = firstChild[parent];
            firstChild[parent] = node;
        }

        return new TokenTree(PreOrder(nodes, kept.Length + 1, firstChild, nextSibling));
    }

    /// <param name="nodes">All nodes.</param>
    /// <param name="count">Kept nodes, root included.</param>
    /// <param name="firstChild">Best kept child of each node; 0, the root's index, for none.</param>
    /// <param name="nextSibling">Next best kept child of the same parent; 0 for none.</param>
    private static TreeNode[] PreOrder(List<TreeNode> nodes, int count, int[] firstChild, int[] nextSibling)
    {
        var ordered = new TreeNode[count];
        var pending = new Stack<(int Node, int NewParent)>();
        pending.Push((0, -1));
        for (int index = 0; pending.TryPop(out (int Node, int NewParent) at); index++)
        {
            ordered[index] = nodes[at.Node] with { Parent = at.NewParent };
            if (nextSibling[at.Node] > 0)
            {
                pending.Push((nextSibling[at.Node], at.NewParent));
            }

            if (firstChild[at.Node] > 0)
            {
                pending.Push((firstChild[at.Node], index));
            }
        }

        return ordered;
    }
}
