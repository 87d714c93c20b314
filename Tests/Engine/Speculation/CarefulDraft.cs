using NUnit.Framework;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Speculation;

/// <summary>A draft with little memory, kept as a model keeps it: what lies behind a node that it does not keep any more, it refuses to compute.</summary>
internal sealed class CarefulDraft(FunctionDraft draft, int maxNodes) : ITreeDraft
{
    private readonly List<int> _nodes = [];

    public int Vocabulary => draft.Vocabulary;

    public int MaxNodes => maxNodes;

    /// <summary>Nodes whose place another one took, in the last tree.</summary>
    public int GivenUp { get; private set; }

    public int BeginTree()
    {
        _nodes.Clear();
        GivenUp = 0;
        return draft.BeginTree();
    }

    public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
    {
        int[] places = slots.ToArray();
        draft.Expand(tree, nodes, slots, children);
        for (int i = 0; i < nodes.Length; i++)
        {
            RequireAncestors(tree, nodes[i]);
            slots[i] = Keep(tree, nodes[i], places[i]);
        }
    }

    private void RequireAncestors(IReadOnlyList<TreeNode> tree, int node)
    {
        for (int at = tree[node].Parent; at >= 0; at = tree[at].Parent)
        {
            Assert.That(tree[at].DraftSlot, Is.Not.EqualTo(TreeNode.NotComputed));
            Assert.That(_nodes[tree[at].DraftSlot], Is.EqualTo(at), "an ancestor is not kept any more");
        }
    }

    private int Keep(IReadOnlyList<TreeNode> tree, int node, int place)
    {
        if (place == TreeNode.NotComputed)
        {
            _nodes.Add(node);
            Assert.That(_nodes, Has.Count.LessThanOrEqualTo(maxNodes));
            return _nodes.Count - 1;
        }

        Assert.That(tree[_nodes[place]].DraftSlot, Is.EqualTo(TreeNode.NotComputed), "what is given up must not be thought computed");
        _nodes[place] = node;
        GivenUp++;
        return place;
    }
}
