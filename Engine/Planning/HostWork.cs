namespace SpecExecNative.Engine.Planning;

/// <summary>What the host does by itself, and how long it takes. Measured with this program on one core of a server: <c>Bench cpu</c>.</summary>
public sealed record HostWork
{
    /// <summary>Between two draft steps: queue of the tree, lists of ancestors.</summary>
    public double DraftStepSeconds { get; init; } = 60e-6;

    /// <summary>For a row of logits: sampling.</summary>
    public double SampleSeconds { get; init; } = 60e-6;
}
