using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Engine.Speculation.Sampled;

/// <summary>
/// Turns the children that a draft step found into the distribution q that drafted tokens are drawn from: the target's
/// own sampler chain over the draft's W most probable tokens, which are taken for all there are.
/// </summary>
/// <remarks>
/// Any q keeps the text's distribution, as long as it is the one drawn from; what is like the target's p is accepted more
/// often. So where the chain needs what a draft step does not tell, it may be off: the repetition penalty acts on
/// log-probabilities instead of logits. At temperature 0 the target's chain would leave a single token, and every sequence
/// would be the same; drafted tokens are then drawn at temperature 1, as in the SpecExec authors' comparison.
/// </remarks>
internal sealed class DraftDistribution
{
    private readonly SamplingOptions _options;
    private readonly LogitAdjustment _adjustment;
    private readonly Candidates _candidates;
    private readonly float[] _adjusted;
    private readonly int[] _indices;

    /// <param name="target">How the target's tokens are chosen.</param>
    /// <param name="width">W: children that a draft step tells of a node.</param>
    public DraftDistribution(SamplingOptions target, int width)
    {
        _options = target.Temperature == 0 ? target with { Temperature = 1 } : target;
        _adjustment = new LogitAdjustment(_options);
        _candidates = new Candidates(width);
        _adjusted = new float[width];
        _indices = new int[width];
    }

    /// <summary>q behind a node.</summary>
    /// <param name="tokens">Its W most probable children.</param>
    /// <param name="logProbabilities">Theirs, up to a common summand.</param>
    /// <param name="history">The text.</param>
    /// <param name="path">Drafted tokens from the text's end to the node.</param>
    public NodeProposal Of(ReadOnlySpan<int> tokens, ReadOnlySpan<float> logProbabilities, TokenHistory history, ReadOnlySpan<int> path)
    {
        logProbabilities.CopyTo(_adjusted);
        _adjustment.Apply(tokens, _adjusted, history, path);
        float max = float.NegativeInfinity;
        foreach (float logit in _adjusted)
        {
            max = Math.Max(max, logit);
        }

        if (!float.IsFinite(max))
        {
            return new NodeProposal([], []); // all of them are forbidden
        }

        _candidates.Fill(_adjusted, max, _options);
        int[] ids = new int[_candidates.Count];
        double[] probabilities = new double[_candidates.Count];
        _candidates.CopyTo(_indices, probabilities);
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = tokens[_indices[i]];
        }

        return new NodeProposal(ids, probabilities);
    }
}
