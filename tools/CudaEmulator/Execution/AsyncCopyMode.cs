namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>When the bytes of a cp.async arrive. All three are legal on a card.</summary>
public enum AsyncCopyMode
{
    /// <summary>As late as possible: when the wait asks for them.</summary>
    Lazy,

    /// <summary>At once.</summary>
    Eager,

    /// <summary>Each copy at a moment drawn from the schedule's seed, at the latest at its wait.</summary>
    Random,
}
