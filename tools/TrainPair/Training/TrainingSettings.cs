namespace SpecExecNative.TrainPair.Training;

/// <summary>How one model is trained. The seed fixes its initial weights and its order of data.</summary>
internal sealed record TrainingSettings
{
    public required int Steps { get; init; }

    /// <summary>Peak learning rate; see <see cref="LearningRateAt"/>.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Windows a step.</summary>
    public int BatchSize { get; init; } = 8;

    public int WarmupSteps { get; init; } = 100;

    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Largest joint norm of the gradients.</summary>
    public double GradientNorm { get; init; } = 1.0;

    public int Seed { get; init; } = 1;

    /// <summary>Linear from zero over the warm-up, then half a cosine down to 2 % of the peak at the last step.</summary>
    /// <param name="step">From 1.</param>
    public double LearningRateAt(int step)
    {
        if (step < WarmupSteps)
        {
            return LearningRate * (step / (double)WarmupSteps);
        }

        const double floor = 0.02;
        double progress = (step - WarmupSteps) / (double)Math.Max(1, Steps - WarmupSteps);
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * progress));
        return LearningRate * (floor + ((1 - floor) * cosine));
    }
}
