namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>What is known of a node of a <see cref="SampledTrie"/> beside its token and place.</summary>
internal sealed class SampledNode
{
    /// <summary>What is drawn from behind it; null: the draft has not computed it.</summary>
    public NodeProposal? Proposal { get; private set; }

    /// <summary>Child nodes by index in the proposal; 0, the root's, for none.</summary>
    public int[] Children { get; private set; } = [];

    /// <summary>It is in the tree.</summary>
    public bool IsKept { get; set; }

    /// <summary>It is in the tree, or will be, whatever is drawn before.</summary>
    public bool IsSure { get; set; }

    /// <summary>The last round in which a sequence ahead came here.</summary>
    public int SeenIn { get; set; }

    /// <summary>The last round in which it was to be computed.</summary>
    public int AwaitedIn { get; set; }

    /// <summary>Takes what the draft has computed.</summary>
    public void SetComputed(NodeProposal proposal)
    {
        Proposal = proposal;
        Children = new int[proposal.Tokens.Length];
    }
}
