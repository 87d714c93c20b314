namespace SpecExecNative.Engine.Evaluation;

/// <summary>How far a model is from its reference on a text.</summary>
/// <param name="Loss">The reference's own negative log-likelihood, nats a token.</param>
/// <param name="Divergence">KL(reference ‖ model) of the distributions behind the scored tokens, nats.</param>
/// <param name="LargestDivergence">The largest one, nats.</param>
/// <param name="SameTopToken">Share of tokens, 0 to 1, where both have the same most likely token.</param>
public sealed record ReferenceResult(MeanEstimate Loss, MeanEstimate Divergence, double LargestDivergence, double SameTopToken)
{
    /// <summary>exp(loss).</summary>
    public double Perplexity => Math.Exp(Loss.Mean);
}
