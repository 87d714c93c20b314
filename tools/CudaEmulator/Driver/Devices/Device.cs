using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver.Devices;

/// <summary>One posed card.</summary>
internal sealed class Device(EmulatorSettings settings, int ordinal)
{
    internal EmulatorSettings Settings { get; } = settings;

    internal int Ordinal { get; } = ordinal;

    internal DeviceLimits Limits { get; } = DeviceLimits.For(settings.Target);

    /// <summary>The active primary context; null while nobody retains it. Guarded by the driver's gate.</summary>
    internal Context? Primary { get; set; }

    internal int Retained { get; set; }

    /// <summary>Bus, device and function, as the system writes them.</summary>
    internal string PciBusId => $"0000:{Ordinal + 1:X2}:00.0";

    /// <exception cref="CudaFailure">INVALID_VALUE for an attribute that is not emulated.</exception>
    internal int Attribute(DeviceAttribute attribute) => attribute switch
    {
        DeviceAttribute.MaxThreadsPerBlock or DeviceAttribute.MaxBlockDimX or DeviceAttribute.MaxBlockDimY => DeviceLimits.ThreadsPerBlock,
        DeviceAttribute.MaxBlockDimZ => DeviceLimits.MaxBlockZ,
        DeviceAttribute.MaxGridDimX or DeviceAttribute.MaxPitch => int.MaxValue,
        DeviceAttribute.MaxGridDimY or DeviceAttribute.MaxGridDimZ => DeviceLimits.MaxGridYZ,
        DeviceAttribute.MaxSharedMemoryPerBlock => DeviceLimits.SharedPerBlock,
        DeviceAttribute.MaxSharedMemoryPerBlockOptin => Limits.SharedPerBlockOptin,
        DeviceAttribute.MaxSharedMemoryPerMultiprocessor => Limits.SharedPerMultiprocessor,
        DeviceAttribute.ReservedSharedMemoryPerBlock => Settings.ComputeCapability.Major >= 8 ? DeviceLimits.ReservedShared : 0,
        DeviceAttribute.TotalConstantMemory => 64 << 10,
        DeviceAttribute.WarpSize => DeviceLimits.WarpSize,
        DeviceAttribute.MaxRegistersPerBlock or DeviceAttribute.MaxRegistersPerMultiprocessor => DeviceLimits.RegistersPerMultiprocessor,
        DeviceAttribute.ClockRateKilohertz => 2_000_000,
        DeviceAttribute.MemoryClockRateKilohertz => 10_000_000,
        DeviceAttribute.GlobalMemoryBusWidthBits => 256,
        DeviceAttribute.L2CacheSize => 32 << 20,
        DeviceAttribute.TextureAlignment => 512,
        DeviceAttribute.MultiprocessorCount => Settings.Multiprocessors,
        DeviceAttribute.MaxThreadsPerMultiprocessor => Limits.ThreadsPerMultiprocessor,
        DeviceAttribute.MaxBlocksPerMultiprocessor => Limits.BlocksPerMultiprocessor,
        DeviceAttribute.AsyncEngineCount => 2,
        DeviceAttribute.PciBusId => Ordinal + 1,
        DeviceAttribute.ComputeCapabilityMajor => Settings.ComputeCapability.Major,
        DeviceAttribute.ComputeCapabilityMinor => Settings.ComputeCapability.Minor,
        DeviceAttribute.GpuOverlap or DeviceAttribute.CanMapHostMemory or DeviceAttribute.ConcurrentKernels
            or DeviceAttribute.UnifiedAddressing or DeviceAttribute.StreamPrioritiesSupported or DeviceAttribute.HostRegisterSupported
            or DeviceAttribute.CanUseHostPointerForRegisteredMemory or DeviceAttribute.ComputePreemptionSupported => 1,
        DeviceAttribute.KernelExecTimeout or DeviceAttribute.Integrated or DeviceAttribute.ComputeMode or DeviceAttribute.EccEnabled
            or DeviceAttribute.PciDeviceId or DeviceAttribute.TccDriver or DeviceAttribute.PciDomainId or DeviceAttribute.ManagedMemory
            or DeviceAttribute.PageableMemoryAccess or DeviceAttribute.ConcurrentManagedAccess or DeviceAttribute.CooperativeLaunch
            or DeviceAttribute.MemoryPoolsSupported => 0,
        _ => throw new CudaFailure(CudaResult.InvalidValue),
    };
}
