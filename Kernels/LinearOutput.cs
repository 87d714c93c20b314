namespace SpecExecNative.Kernels;

/// <summary>What <see cref="ComputeQueue.Linear"/> does with its result.</summary>
public enum LinearOutput
{
    /// <summary>Overwrite the output.</summary>
    Store,

    /// <summary>Add to the output: the residual connection.</summary>
    Accumulate,
}
