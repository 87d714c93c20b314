namespace SpecExecNative.Engine.Evaluation;

/// <summary>A mean over tokens.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">
/// Sample standard deviation / √n, as if tokens were independent, which those of one text are not quite; NaN for a single token.
/// </param>
public readonly record struct MeanEstimate(double Mean, double StandardError);
