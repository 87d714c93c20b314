namespace SpecExecNative.CudaEmulator.Checks;

/// <summary>Checks beyond what a card itself reports. Bounds, alignment, address spaces, deadlock and the instruction
/// limit are always on: a card faults on them too, and they keep the process whole.</summary>
[Flags]
public enum CheckOptions
{
    None = 0,

    /// <summary>Two threads touch the same shared bytes, one writes, and nothing orders them.</summary>
    SharedRaces = 1,

    /// <summary>The same in global memory, between threads of a block and between blocks.</summary>
    GlobalRaces = 2,

    /// <summary>A read of shared bytes that this block has not written.</summary>
    UninitialisedShared = 4,

    /// <summary>A read of global bytes that nobody has written since they were allocated.</summary>
    UninitialisedGlobal = 8,

    /// <summary>A touch of shared bytes that a cp.async not yet waited for is going to write.</summary>
    AsyncCopies = 16,

    /// <summary>Barriers at which the threads of a warp, or the warps of a block, stand in different places.</summary>
    DivergentBarriers = 32,

    /// <summary>More than 48 KB of static shared memory, which ptxas refuses.</summary>
    StaticSharedLimit = 64,

    All = SharedRaces | GlobalRaces | UninitialisedShared | UninitialisedGlobal | AsyncCopies | DivergentBarriers
        | StaticSharedLimit,
}
