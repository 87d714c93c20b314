namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>What the nodes of the last tree were drawn from: left by the builder for the walk.</summary>
internal sealed class TreeProposals
{
    private TokenTree? _tree;
    private NodeProposal?[] _proposals = [];

    /// <summary>Takes a new tree's.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="proposals">By node; null where the draft was not asked.</param>
    public void Set(TokenTree tree, NodeProposal?[] proposals) => (_tree, _proposals) = (tree, proposals);

    /// <summary>By node of <paramref name="tree"/>; null where the draft was not asked.</summary>
    /// <exception cref="ArgumentException">It is not the last tree.</exception>
    public ReadOnlySpan<NodeProposal?> Of(TokenTree tree)
        => tree == _tree ? _proposals : throw new ArgumentException("This tree's tokens were not sampled, or another tree was since.", nameof(tree));
}
