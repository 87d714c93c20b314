using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>
/// Verifies a tree of sampled tokens by multi-step speculative sampling (Miao et al. 2023, Algorithm 2): at each node the
/// tokens drawn behind it are tried in turn, each as often as it was drawn; if all are rejected, the text goes on with a
/// draw from the residual, outside the tree. The text has exactly the target's distribution, but with one seed it is not
/// the text that plain decoding writes.
/// </summary>
internal sealed class MultiStepWalk : ITreeWalk
{
    private const int NoChild = -1;

    private readonly ulong _seed;
    private readonly Sampler _sampler;
    private readonly TreeProposals _proposals;
    private readonly ResidualDistribution _residual;
    private readonly List<int> _path = [];

    /// <param name="options">How the target's tokens are chosen.</param>
    /// <param name="vocabulary">Ids that may be chosen.</param>
    /// <param name="proposals">Of the trees to come.</param>
    public MultiStepWalk(SamplingOptions options, int vocabulary, TreeProposals proposals)
    {
        _seed = options.Seed;
        _sampler = new Sampler(options, vocabulary);
        _proposals = proposals;
        _residual = new ResidualDistribution(vocabulary);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The tree's tokens were not sampled.</exception>
    public IReadOnlyList<int> Down(
        TokenTree tree, INodeLogits logits, TokenHistory history, Func<int, bool> goesOn, CancellationToken cancellation)
    {
        ReadOnlySpan<NodeProposal?> proposals = _proposals.Of(tree);
        _path.Clear();
        int node = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> row = logits.LogitsAfter(node);
            bool isDrafted = TryDrafted(row, history, proposals[node], out int token);
            int child = isDrafted ? tree.FindChild(node, token) : NoChild;
            history.Add(token);
            if (!goesOn(token) || child < 0)
            {
                return _path;
            }

            _path.Add(child);
            node = child;
        }
    }

    /// <summary>The next token: a drafted one, or else one from what those leave of the target's distribution.</summary>
    private bool TryDrafted(ReadOnlySpan<float> logits, TokenHistory history, NodeProposal? proposal, out int token)
    {
        if (proposal is not { Draws.Count: > 0 })
        {
            token = _sampler.Sample(logits, history);
            return false;
        }

        _sampler.Probabilities(logits, history, _residual.Target);
        _residual.Begin(proposal);
        for (int draw = 0; draw < proposal.Draws.Count && _residual.CanAccept; draw++)
        {
            int index = proposal.Draws[draw];
            double uniform = Philox.Uniform(_seed, history.Count, DrawPurpose.Acceptance, draw, 0);
            if (uniform < _residual.AcceptanceOf(index) || !_residual.Reject())
            {
                token = proposal.Tokens[index];
                return true;
            }
        }

        token = _residual.Draw(Philox.Uniform(_seed, history.Count));
        return false;
    }
}
