using SpecExecNative.CudaEmulator.Driver.Devices;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.CudaEmulator.Driver.Modules;

/// <summary>A kernel of a module, with how much shared memory it may be launched with.</summary>
internal sealed class Function(Context owner, Module module, PtxKernel kernel) : DriverObject(owner)
{
    // The interpreter allocates none; a plausible figure for the occupancy of a kernel under no register limit.
    private const int AssumedRegisters = 64;

    internal Module Module { get; } = module;

    internal PtxKernel Kernel { get; } = kernel;

    /// <summary>The dynamic part that launches may ask for, in bytes.</summary>
    internal int MaxDynamicSharedBytes { get; private set; } = DeviceLimits.SharedPerBlock - kernel.StaticSharedBytes;

    /// <exception cref="CudaFailure">INVALID_VALUE for an attribute that does not exist.</exception>
    internal int Get(FunctionAttribute attribute) => attribute switch
    {
        FunctionAttribute.MaxThreadsPerBlock => Kernel.MaxThreads,
        FunctionAttribute.SharedSizeBytes => Kernel.StaticSharedBytes,
        FunctionAttribute.ConstSizeBytes => (int)Module.Ptx.Variables.Values.Where(variable => variable.IsConstant).Sum(variable => variable.Bytes),
        FunctionAttribute.LocalSizeBytes => Kernel.LocalBytes,
        FunctionAttribute.NumberOfRegisters => AssumedRegisters,
        FunctionAttribute.PtxVersion => Module.Ptx.Target,
        FunctionAttribute.BinaryVersion => Owner!.Device.Settings.Target,
        FunctionAttribute.CacheModeCa => 0,
        FunctionAttribute.MaxDynamicSharedSizeBytes => MaxDynamicSharedBytes,
        FunctionAttribute.PreferredSharedMemoryCarveout => -1,
        _ => throw new CudaFailure(CudaResult.InvalidValue),
    };

    /// <exception cref="CudaFailure">INVALID_VALUE: not settable, or more than a block of this card can have.</exception>
    internal void Set(FunctionAttribute attribute, int value)
    {
        if (attribute == FunctionAttribute.MaxDynamicSharedSizeBytes)
        {
            int most = Owner!.Device.Limits.SharedPerBlockOptin - Kernel.StaticSharedBytes;
            CudaFailure.ThrowIf(value < 0 || value > most, CudaResult.InvalidValue);
            MaxDynamicSharedBytes = value;
            return;
        }

        bool isHint = attribute == FunctionAttribute.PreferredSharedMemoryCarveout && value is >= -1 and <= 100;
        CudaFailure.ThrowIf(!isHint, CudaResult.InvalidValue);
    }

    /// <summary>How many blocks of this size fit on one multiprocessor.</summary>
    internal int MaxActiveBlocks(int blockSize, long dynamicSharedBytes)
    {
        CudaFailure.ThrowIf(blockSize <= 0 || dynamicSharedBytes < 0, CudaResult.InvalidValue);
        Device device = Owner!.Device;
        int warps = (blockSize + DeviceLimits.WarpSize - 1) / DeviceLimits.WarpSize;
        long shared = Kernel.StaticSharedBytes + dynamicSharedBytes;
        if (blockSize > Kernel.MaxThreads || shared > device.Limits.SharedPerBlockOptin)
        {
            return 0;
        }

        long byThreads = device.Limits.ThreadsPerMultiprocessor / (warps * DeviceLimits.WarpSize);
        long byRegisters = DeviceLimits.RegistersPerMultiprocessor / (AssumedRegisters * warps * DeviceLimits.WarpSize);
        long reserved = device.Attribute(DeviceAttribute.ReservedSharedMemoryPerBlock);
        long byShared = shared + reserved == 0 ? long.MaxValue : device.Limits.SharedPerMultiprocessor / (shared + reserved);
        long most = Math.Min(Math.Min(byThreads, byRegisters), Math.Min(byShared, device.Limits.BlocksPerMultiprocessor));
        return (int)most;
    }
}
