namespace SpecExecNative.Kernels.Cuda;

/// <summary>One kernel variant, compiled.</summary>
/// <param name="Cubin">Machine code; empty: none.</param>
/// <param name="Ptx">PTX, zero-terminated as the driver wants it.</param>
/// <param name="Usage">What it takes of a multiprocessor; null where there is no machine code.</param>
public sealed record CompiledKernel(ReadOnlyMemory<byte> Cubin, ReadOnlyMemory<byte> Ptx, KernelUsage? Usage);
