namespace SpecExecNative.Engine.Evaluation;

/// <summary>How far the scoring of a text has come.</summary>
/// <param name="TokensDone">Tokens scored.</param>
/// <param name="TokensTotal">Tokens to score.</param>
/// <param name="Perplexity">Of what has been scored.</param>
public readonly record struct PerplexityProgress(int TokensDone, int TokensTotal, double Perplexity);
