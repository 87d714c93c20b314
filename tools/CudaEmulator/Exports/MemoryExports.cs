using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Allocations;
using SpecExecNative.CudaEmulator.Driver.Calls;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Device memory and pinned host memory.</summary>
internal static unsafe class MemoryExports
{
    [UnmanagedCallersOnly(EntryPoint = "cuMemGetInfo_v2")]
    internal static int MemGetInfo(nuint* free, nuint* total) => Entry.Call("cuMemGetInfo_v2", driver =>
    {
        CudaFailure.ThrowIf(free is null || total is null, CudaResult.InvalidValue);
        (long freeBytes, long totalBytes) = MemoryCalls.GetInfo(driver);
        (*free, *total) = ((nuint)freeBytes, (nuint)totalBytes);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuMemAlloc_v2")]
    internal static int MemAlloc(ulong* address, nuint bytes) => Entry.Call("cuMemAlloc_v2", driver =>
    {
        CudaFailure.ThrowIf(address is null, CudaResult.InvalidValue);
        *address = MemoryCalls.Allocate(driver, bytes);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuMemFree_v2")]
    internal static int MemFree(ulong address) => Entry.Release("cuMemFree_v2", driver => MemoryCalls.Free(driver, address));

    [UnmanagedCallersOnly(EntryPoint = "cuMemHostAlloc")]
    internal static int MemHostAlloc(nint* address, nuint bytes, uint flags) => Entry.Call("cuMemHostAlloc", driver =>
    {
        CudaFailure.ThrowIf(address is null, CudaResult.InvalidValue);
        *address = MemoryCalls.AllocateHost(driver, bytes, (HostAllocationFlags)flags);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuMemFreeHost")]
    internal static int MemFreeHost(nint address) => Entry.Release("cuMemFreeHost", driver => MemoryCalls.FreeHost(driver, address));

    [UnmanagedCallersOnly(EntryPoint = "cuMemHostRegister_v2")]
    internal static int MemHostRegister(nint address, nuint bytes, uint flags) => Entry.Call(
        "cuMemHostRegister_v2", driver => MemoryCalls.Register(driver, address, bytes, (HostRegistrationFlags)flags));

    [UnmanagedCallersOnly(EntryPoint = "cuMemHostUnregister")]
    internal static int MemHostUnregister(nint address) =>
        Entry.Release("cuMemHostUnregister", driver => MemoryCalls.Unregister(driver, address));

    [UnmanagedCallersOnly(EntryPoint = "cuMemHostGetDevicePointer_v2")]
    internal static int MemHostGetDevicePointer(ulong* address, nint host, uint flags) => Entry.Call("cuMemHostGetDevicePointer_v2", driver =>
    {
        CudaFailure.ThrowIf(address is null, CudaResult.InvalidValue);
        *address = MemoryCalls.GetDevicePointer(driver, host, flags);
    });
}
