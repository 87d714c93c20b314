using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuMemAlloc, cuMemFree, cuMemHost*, cuMemGetInfo.</summary>
internal static class MemoryCalls
{
    /// <returns>The address, 256-byte aligned.</returns>
    internal static ulong Allocate(DriverState driver, nuint bytes)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CaptureRules.RefuseUnsafeCall(context);
            return context.Heap.Allocate(checked((long)bytes)).Address;
        }
    }

    /// <summary>Frees even in a lost context, whose status it then returns: the caller has done its part.</summary>
    internal static void Free(DriverState driver, ulong address)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            CaptureRules.RefuseUnsafeCall(context);
            if (address != 0)
            {
                DeviceBlock? block = context.Heap.At(address);
                CudaFailure.ThrowIf(block is not { Kind: DeviceBlockKind.Device }, CudaResult.InvalidValue);
                context.ReleaseFromUse(address, block!.Bytes, "device memory");
                context.Scheduler.Forget(address);
                context.Heap.Free(block);
            }

            context.ThrowIfLost();
        }
    }

    internal static (long Free, long Total) GetInfo(DriverState driver)
    {
        lock (driver.Gate)
        {
            DeviceHeap heap = driver.Current().Heap;
            return (heap.TotalBytes - heap.UsedBytes, heap.TotalBytes);
        }
    }

    internal static nint AllocateHost(DriverState driver, nuint bytes, HostAllocationFlags flags)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CaptureRules.RefuseUnsafeCall(context);
            return (nint)context.Pinned.Allocate(checked((long)bytes), flags).Address;
        }
    }

    /// <inheritdoc cref="Free"/>
    internal static void FreeHost(DriverState driver, nint address)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            CaptureRules.RefuseUnsafeCall(context);
            PinnedRange? range = context.Pinned.At(address);
            CudaFailure.ThrowIf(range is null or { IsRegistered: true }, CudaResult.InvalidValue);
            Release(context, range!);
        }
    }

    internal static void Register(DriverState driver, nint address, nuint bytes, HostRegistrationFlags flags)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CaptureRules.RefuseUnsafeCall(context);
            context.Pinned.Register(address, checked((long)bytes), flags);
        }
    }

    /// <inheritdoc cref="Free"/>
    internal static void Unregister(DriverState driver, nint address)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            CaptureRules.RefuseUnsafeCall(context);
            PinnedRange? range = context.Pinned.At(address);
            CudaFailure.ThrowIf(range is null or { IsRegistered: false }, CudaResult.HostMemoryNotRegistered);
            Release(context, range!);
        }
    }

    /// <summary>What kernels call a byte of mapped host memory: with unified addressing, the same.</summary>
    internal static ulong GetDevicePointer(DriverState driver, nint address, uint flags)
    {
        lock (driver.Gate)
        {
            PinnedRange? range = driver.Current().Pinned.Find((ulong)address, 1);
            CudaFailure.ThrowIf(flags != 0 || range?.Mapped is null, CudaResult.InvalidValue);
            return (ulong)address;
        }
    }

    private static void Release(Context context, PinnedRange range)
    {
        context.ReleaseFromUse(range.Address, range.Bytes, "pinned host memory");
        context.Scheduler.Forget(range.Address);
        context.Pinned.Release(range);
        context.ThrowIfLost();
    }
}
