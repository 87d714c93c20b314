namespace SpecExecNative.CudaEmulator.Driver.Allocations;

/// <summary>CU_MEMHOSTREGISTER_*.</summary>
[Flags]
internal enum HostRegistrationFlags : uint
{
    None = 0,
    Portable = 1,
    Mapped = 2,
    ReadOnly = 8,
    All = Portable | Mapped | ReadOnly,
}
