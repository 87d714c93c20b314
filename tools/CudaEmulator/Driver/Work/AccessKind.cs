namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>What is done to memory.</summary>
internal enum AccessKind
{
    Read,
    Write,

    /// <summary>The memory is reachable; whether it is touched is not known.</summary>
    Reach,
}
