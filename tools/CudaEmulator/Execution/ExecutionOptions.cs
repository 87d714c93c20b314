using SpecExecNative.CudaEmulator.Checks;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>How a launch is executed.</summary>
public sealed record ExecutionOptions
{
    public static ExecutionOptions Default { get; } = new();

    public CheckOptions Checks { get; init; } = CheckOptions.All;

    /// <summary>Seed of the order in which warps run and of random copies; 0: warps run in turn, each as far as it
    /// can.</summary>
    public int ScheduleSeed { get; init; }

    public AsyncCopyMode AsyncCopies { get; init; } = AsyncCopyMode.Lazy;

    /// <summary>Threads of the host over which blocks are spread; 0: one for each core.</summary>
    public int HostThreads { get; init; }

    /// <summary>Receives which memory was touched; null where nobody asks.</summary>
    public LaunchFootprint? Footprint { get; init; }

    /// <summary>Warp instructions that one block may execute before it counts as endless.</summary>
    public long InstructionLimit { get; init; } = 2_000_000_000;
}
