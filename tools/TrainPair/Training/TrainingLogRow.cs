namespace SpecExecNative.TrainPair.Training;

/// <summary>One row of a <see cref="TrainingLog"/>; losses in nats per token.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Tokens">Tokens seen.</param>
/// <param name="Seconds">Wall-clock time spent.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="MeanLoss">Training loss since the row before.</param>
/// <param name="LastLoss">Training loss of the last step.</param>
/// <param name="HeldOutLoss">Cross-entropy on held-out text, where it was measured.</param>
internal readonly record struct TrainingLogRow(
    int Step,
    long Tokens,
    double Seconds,
    double LearningRate,
    double MeanLoss,
    float LastLoss,
    double? HeldOutLoss);
