using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>
/// Sequences of the draft's that share their common beginnings. Which token comes where in which sequence is a function of
/// seed, length of the text, sequence and depth, so they can be followed in any order, and again.
/// </summary>
/// <param name="seed">Key of the draws.</param>
internal sealed class SampledTrie(ulong seed)
{
    private readonly List<SampledNode> _states = [];
    private long _position;

    /// <summary>All nodes found, root first, parents before children.</summary>
    public List<TreeNode> Nodes { get; } = [];

    /// <summary>More about a node.</summary>
    public SampledNode this[int node] => _states[node];

    /// <summary>Begins anew, with a root.</summary>
    /// <param name="rootToken">The last token of the text.</param>
    /// <param name="position">Position of the token behind it. No two trees of a text have the same: draws are never used again.</param>
    public void Begin(int rootToken, long position)
    {
        _position = position;
        Nodes.Clear();
        _states.Clear();
        Add(TreeNode.Root(rootToken));
    }

    /// <summary>Where a sequence goes from a node.</summary>
    /// <param name="node">A computed node with something to draw.</param>
    /// <param name="sequence">A sequence that comes there.</param>
    /// <returns>The child, and the index of its token in the node's proposal.</returns>
    public (int Child, int Index) Follow(int node, int sequence)
    {
        NodeProposal proposal = _states[node].Proposal!;
        int depth = Nodes[node].Depth + 1;
        int index = proposal.IndexAt(Philox.Uniform(seed, _position, DrawPurpose.DraftedToken, sequence, depth));
        ref int child = ref _states[node].Children[index];
        if (child == 0)
        {
            child = Nodes.Count;
            double cumulative = Nodes[node].CumulativeLogProbability + Math.Log(proposal.Probabilities[index]);
            Add(new TreeNode(proposal.Tokens[index], node, depth, cumulative, TreeNode.NotComputed));
        }

        return (child, index);
    }

    private void Add(TreeNode node)
    {
        Nodes.Add(node);
        _states.Add(new SampledNode());
    }
}
