namespace SpecExecNative.Kernels.Cuda.Interop;

/// <summary>CUdevice_attribute, as far as it is asked for.</summary>
internal enum DeviceAttribute
{
    MaxThreadsPerBlock = 1,
    WarpSize = 10,
    ClockRateKilohertz = 13,
    MultiprocessorCount = 16,
    Integrated = 18,
    CanMapHostMemory = 19,
    PciBusId = 33,
    PciDeviceId = 34,
    MemoryClockRateKilohertz = 36,
    MemoryBusWidthBits = 37,
    L2CacheBytes = 38,
    AsyncEngineCount = 40,
    UnifiedAddressing = 41,
    PciDomainId = 50,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    MaxSharedBytesPerBlockOptIn = 97,
    HostRegisterSupported = 99,
}

/// <summary>CUfunction_attribute.</summary>
internal enum FunctionAttribute
{
    MaxThreadsPerBlock = 0,
    StaticSharedBytes = 1,
    LocalBytes = 3,
    Registers = 4,
    BinaryVersion = 6,
    MaxDynamicSharedBytes = 8,
}

/// <summary>CU_MEMHOSTALLOC_* and CU_MEMHOSTREGISTER_*.</summary>
[Flags]
internal enum HostMemoryFlags : uint
{
    None = 0,
    Portable = 1,
    DeviceMapped = 2,
}

/// <summary>CUstream_flags.</summary>
internal enum StreamFlags : uint
{
    /// <summary>Does not wait for the null stream.</summary>
    NonBlocking = 1,
}

/// <summary>CUevent_flags.</summary>
[Flags]
internal enum EventFlags : uint
{
    Default = 0,
    DisableTiming = 2,
}

/// <summary>CUstreamCaptureMode.</summary>
internal enum CaptureMode
{
    Global = 0,

    /// <summary>Only what this thread does to the captured stream is watched.</summary>
    ThreadLocal = 1,
    Relaxed = 2,
}

/// <summary>CUjit_option.</summary>
internal enum JitOption
{
    InfoLogBuffer = 3,
    InfoLogBufferBytes = 4,
    ErrorLogBuffer = 5,
    ErrorLogBufferBytes = 6,
}
