using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Engine.Planning;

/// <summary>A draft that does its passes, for their time, and proposes what an <see cref="AcceptanceModel"/> says.</summary>
internal sealed class SyntheticDraft(ITreeDraft inner, AcceptanceModel acceptance, Action stepDone) : ITreeDraft
{
    /// <summary>The i-th child of a node is token FirstToken + i: siblings differ, and the token of a walk that leaves the tree is none of them.</summary>
    private const int FirstToken = 1;

    private ulong _tree;

    /// <inheritdoc/>
    public int Vocabulary => inner.Vocabulary;

    /// <inheritdoc/>
    public int MaxNodes => inner.MaxNodes;

    /// <inheritdoc/>
    public int BeginTree()
    {
        _tree++;
        return inner.BeginTree();
    }

    /// <inheritdoc/>
    public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
    {
        inner.Expand(tree, nodes, slots, children);
        Span<double> probabilities = stackalloc double[Math.Min(children.Width, Vocabulary - FirstToken)];
        for (int i = 0; i < nodes.Length; i++)
        {
            acceptance.Propose(NameOf(tree, nodes[i]), probabilities);
            children.LogProbabilities(i).Fill(float.NegativeInfinity);
            for (int child = 0; child < probabilities.Length; child++)
            {
                children.Tokens(i)[child] = FirstToken + child;
                children.LogProbabilities(i)[child] = (float)Math.Log(probabilities[child]);
            }
        }

        stepDone();
    }

    private ulong NameOf(IReadOnlyList<TreeNode> tree, int node)
    {
        ulong name = AcceptanceModel.Mix(_tree);
        for (int at = node; at > 0; at = tree[at].Parent)
        {
            name = AcceptanceModel.Mix(name ^ (((ulong)tree[at].Depth << 32) | (uint)tree[at].Token));
        }

        return name;
    }
}
