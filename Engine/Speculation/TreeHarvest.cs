namespace SpecExecNative.Engine.Speculation;

/// <summary>Turns some of all nodes seen into a <see cref="TokenTree"/>.</summary>
internal static class TreeHarvest
{
    /// <param name="nodes">All nodes seen, parents before children, root first.</param>
    /// <param name="best">The ones to keep: every kept node's parent is kept. Siblings come out best first.</param>
    public static TokenTree Collect(List<TreeNode> nodes, IReadOnlyCollection<(int Node, WorstFirst Rank)> best)
    {
        NodeRank[] ranks = [.. best.Select(b => b.Rank.Rank)];
        Array.Sort(ranks);
        return Collect(nodes, Array.ConvertAll(ranks, rank => rank.Index)).Tree;
    }

    /// <param name="nodes">All nodes seen, parents before children, root first.</param>
    /// <param name="kept">The ones to keep, without the root: every kept node's parent is kept. Siblings come out in this order.</param>
    /// <returns>The tree, and which of the nodes each of its own was.</returns>
    public static (TokenTree Tree, int[] Sources) Collect(List<TreeNode> nodes, ReadOnlySpan<int> kept)
    {
        // From the end, each put before the siblings that it precedes.
        int[] firstChild = new int[nodes.Count];
        int[] nextSibling = new int[nodes.Count];
        for (int i = kept.Length - 1; i >= 0; i--)
        {
            int parent = nodes[kept[i]].Parent;
            nextSibling[kept[i]] = firstChild[parent];
            firstChild[parent] = kept[i];
        }

        int[] sources = new int[kept.Length + 1];
        return (new TokenTree(PreOrder(nodes, sources, firstChild, nextSibling)), sources);
    }

    /// <param name="nodes">All nodes.</param>
    /// <param name="sources">Receives the kept nodes in their new order, root first.</param>
    /// <param name="firstChild">First kept child of each node; 0, the root's index, for none.</param>
    /// <param name="nextSibling">Next kept child of the same parent; 0 for none.</param>
    private static TreeNode[] PreOrder(List<TreeNode> nodes, int[] sources, int[] firstChild, int[] nextSibling)
    {
        var ordered = new TreeNode[sources.Length];
        var pending = new Stack<(int Node, int NewParent)>();
        pending.Push((0, -1));
        for (int index = 0; pending.TryPop(out (int Node, int NewParent) at); index++)
        {
            sources[index] = at.Node;
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
