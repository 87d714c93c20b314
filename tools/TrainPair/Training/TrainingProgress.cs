namespace SpecExecNative.TrainPair.Training;

/// <summary>Where a training run stands, besides its tensors.</summary>
internal sealed class TrainingProgress
{
    /// <summary>Steps done.</summary>
    public int Step { get; set; }

    /// <summary>Sum of the steps' losses since the last row of the log, in nats.</summary>
    public double LossSum { get; set; }

    /// <summary>Steps since the last row of the log.</summary>
    public int LossCount { get; set; }

    /// <summary>Wall-clock seconds that earlier processes spent on the steps done.</summary>
    public double EarlierSeconds { get; set; }
}
