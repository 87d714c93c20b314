namespace SpecExecNative.Engine.Evaluation;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Tokens">Tokens scored.</param>
/// <param name="Loss">Negative log-likelihood, nats a token.</param>
/// <param name="Elapsed">Time of passes and scoring.</param>
public sealed record PerplexityResult(int Tokens, MeanEstimate Loss, TimeSpan Elapsed)
{
    /// <summary>exp(loss).</summary>
    public double Perplexity => Math.Exp(Loss.Mean);

    /// <summary>By the delta method: perplexity times the loss's standard error.</summary>
    public double PerplexityStandardError => Perplexity * Loss.StandardError;

    /// <summary>Scored tokens per second; both models' passes count.</summary>
    public double TokensPerSecond => Elapsed > TimeSpan.Zero ? Tokens / Elapsed.TotalSeconds : 0;

    /// <summary>Null: there was no reference.</summary>
    public ReferenceResult? Reference { get; init; }

    /// <summary>The model's perplexity over the reference's; null without one.</summary>
    public double? PerplexityRatio => Reference is null ? null : Math.Exp(Loss.Mean - Reference.Loss.Mean);
}
