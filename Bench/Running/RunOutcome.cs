namespace SpecExecNative.Bench.Running;

/// <summary>How a sitting ended.</summary>
internal enum RunOutcome
{
    /// <summary>All of its cases are measured.</summary>
    Done,

    /// <summary>A case failed.</summary>
    Failed,

    /// <summary>It was interrupted.</summary>
    Interrupted,
}
