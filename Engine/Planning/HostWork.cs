namespace SpecExecNative.Engine.Planning;

/// <summary>What the host does by itself, and how long that is assumed to take: about one hundredth of a draft step, and nothing that decides a forecast.</summary>
public sealed record HostWork
{
    /// <summary>Between two draft steps: queue of the tree, lists of ancestors.</summary>
    public double DraftStepSeconds { get; init; } = 60e-6;

    /// <summary>For a row of logits: sampling.</summary>
    public double SampleSeconds { get; init; } = 60e-6;
}
