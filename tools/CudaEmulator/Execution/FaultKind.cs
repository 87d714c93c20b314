namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>What a kernel did wrong.</summary>
public enum FaultKind
{
    /// <summary>The launch itself cannot be: block too large, shared memory above the limit, wrong parameters.</summary>
    InvalidLaunch,

    /// <summary>A global access outside every allocation, or across the end of one (CUDA_ERROR_ILLEGAL_ADDRESS).</summary>
    IllegalAddress,

    /// <summary>A shared access outside every shared variable.</summary>
    SharedOutOfBounds,

    /// <summary>A local access outside the thread's local memory.</summary>
    LocalOutOfBounds,

    /// <summary>An address that its access size does not divide (CUDA_ERROR_MISALIGNED_ADDRESS).</summary>
    Misaligned,

    /// <summary>An address of one state space used in another (CUDA_ERROR_INVALID_ADDRESS_SPACE).</summary>
    AddressSpace,

    SharedRace,
    GlobalRace,
    UninitialisedShared,
    UninitialisedGlobal,

    /// <summary>Shared bytes touched while a cp.async into them has not been waited for.</summary>
    AsyncCopyInFlight,

    DivergentBarrier,

    /// <summary>A warp operation whose member lanes do not all arrive.</summary>
    DivergentWarpOperation,

    /// <summary>Every warp waits and none can go on.</summary>
    Deadlock,

    /// <summary>The instruction limit was reached.</summary>
    EndlessLoop,

    /// <summary>The kernel executed <c>trap</c>.</summary>
    Trap,

    /// <summary>An operand value that PTX leaves undefined, such as a cp.async source larger than its destination.</summary>
    InvalidOperand,
}
