namespace SpecExecNative.Engine.Speculation;

/// <summary>Turns the K best of all nodes seen into a <see cref="TokenTree"/>.</summary>
internal static class TreeHarvest
{
    /// <param name="nodes">All nodes seen, parents before children, root first.</param>
    /// <param name="best">The ones to keep: every kept node's parent is kept.</param>
    public static TokenTree Collect(List<TreeNode> nodes, IReadOnlyCollection<(int Node, NodeRank Rank)> best)
    {
        (int Node, NodeRank Rank)[] kept = [.. best];
        Array.Sort(kept, static (a, b) => a.Rank.CompareTo(b.Rank));

        // Worst first, each before the siblings it ranks behind: child lists come out best first.
        var firstChild = new Dictionary<int, int>(kept.Length);
        var nextSibling = new Dictionary<int, int>(kept.Length);
        for (int i = kept.Length - 1; i >= 0; i--)
        {
            int node = kept[i].Node;
            int parent = nodes[node].Parent;
            if (firstChild.TryGetValue(parent, out int sibling))
            {
                nextSibling[node] = sibling;
            }

            firstChild[parent] = node;
        }

        return new TokenTree(PreOrder(nodes, kept.Length + 1, firstChild, nextSibling));
    }

    private static TreeNode[] PreOrder(
        List<TreeNode> nodes, int count, Dictionary<int, int> firstChild, Dictionary<int, int> nextSibling)
    {
        var ordered = new TreeNode[count];
        var pending = new Stack<(int Node, int NewParent)>();
        pending.Push((0, -1));
        for (int index = 0; pending.TryPop(out (int Node, int NewParent) at); index++)
        {
            ordered[index] = nodes[at.Node] with { Parent = at.NewParent };
            if (nextSibling.TryGetValue(at.Node, out int sibling))
            {
                pending.Push((sibling, at.NewParent));
            }

            if (firstChild.TryGetValue(at.Node, out int child))
            {
                pending.Push((child, index));
            }
        }

        return ordered;
    }
}
