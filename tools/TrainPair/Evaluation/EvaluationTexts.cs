namespace SpecExecNative.TrainPair.Evaluation;

/// <summary>Token sequences of one origin on which draft and target are compared.</summary>
/// <param name="Name">Where they come from.</param>
/// <param name="Sequences">All of the same length.</param>
internal sealed record EvaluationTexts(string Name, int[][] Sequences);
