namespace SpecExecNative.CudaEmulator.Driver.Allocations;

/// <summary>CU_MEMHOSTALLOC_*.</summary>
[Flags]
internal enum HostAllocationFlags : uint
{
    None = 0,
    Portable = 1,
    Mapped = 2,
    WriteCombined = 4,
    All = Portable | Mapped | WriteCombined,
}
