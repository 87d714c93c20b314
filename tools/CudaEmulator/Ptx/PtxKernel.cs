using SpecExecNative.CudaEmulator.Execution.Decoding;

namespace SpecExecNative.CudaEmulator.Ptx;

/// <summary>One <c>.entry</c> of a module, decoded for execution.</summary>
public sealed class PtxKernel
{
    internal PtxKernel()
    {
    }

    public required string Name { get; init; }

    /// <summary>The parameters in the order of the declaration.</summary>
    public required IReadOnlyList<PtxParameter> Parameters { get; init; }

    /// <summary>Size of the parameter block in bytes.</summary>
    public required int ParameterBytes { get; init; }

    /// <summary>Most threads a block may have: <c>.maxntid</c>, or 1024.</summary>
    public required int MaxThreads { get; init; }

    /// <summary>Bytes of shared memory that the kernel declares, without the dynamic part.</summary>
    public required int StaticSharedBytes { get; init; }

    /// <summary>Bytes of local memory of one thread.</summary>
    public required int LocalBytes { get; init; }

    /// <summary>The module whose variables the kernel uses.</summary>
    public required PtxModule Module { get; init; }

    internal KernelProgram Program { get; init; } = null!;
}
