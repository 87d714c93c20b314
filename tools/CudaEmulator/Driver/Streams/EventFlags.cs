namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>CU_EVENT_*.</summary>
[Flags]
internal enum EventFlags : uint
{
    None = 0,
    BlockingSync = 1,
    DisableTiming = 2,
    All = BlockingSync | DisableTiming,
}
