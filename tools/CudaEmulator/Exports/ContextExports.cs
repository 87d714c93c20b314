using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Calls;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Primary contexts.</summary>
internal static unsafe class ContextExports
{
    [UnmanagedCallersOnly(EntryPoint = "cuDevicePrimaryCtxRetain")]
    internal static int PrimaryCtxRetain(nint* context, int device) => Entry.Call("cuDevicePrimaryCtxRetain", driver =>
    {
        CudaFailure.ThrowIf(context is null, CudaResult.InvalidValue);
        *context = ContextCalls.Retain(driver, device);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    internal static int PrimaryCtxRelease(int device) =>
        Entry.Release("cuDevicePrimaryCtxRelease_v2", driver => ContextCalls.Release(driver, device));

    [UnmanagedCallersOnly(EntryPoint = "cuDevicePrimaryCtxSetFlags_v2")]
    internal static int PrimaryCtxSetFlags(int device, uint flags) =>
        Entry.Call("cuDevicePrimaryCtxSetFlags_v2", driver => ContextCalls.SetFlags(driver, device, flags));

    [UnmanagedCallersOnly(EntryPoint = "cuCtxSetCurrent")]
    internal static int CtxSetCurrent(nint context) => Entry.Call("cuCtxSetCurrent", driver => driver.SetCurrent(context));

    [UnmanagedCallersOnly(EntryPoint = "cuCtxGetCurrent")]
    internal static int CtxGetCurrent(nint* context) => Entry.Call("cuCtxGetCurrent", driver =>
    {
        CudaFailure.ThrowIf(context is null, CudaResult.InvalidValue);
        *context = driver.CurrentHandle;
    });

    [UnmanagedCallersOnly(EntryPoint = "cuCtxSynchronize")]
    internal static int CtxSynchronize() => Entry.Call("cuCtxSynchronize", ContextCalls.Synchronize);

    [UnmanagedCallersOnly(EntryPoint = "cuCtxGetStreamPriorityRange")]
    internal static int CtxGetStreamPriorityRange(int* least, int* greatest) => Entry.Call("cuCtxGetStreamPriorityRange", driver =>
    {
        driver.Current();
        (int lowest, int highest) = StreamCalls.Priorities;
        if (least is not null)
        {
            *least = lowest;
        }

        if (greatest is not null)
        {
            *greatest = highest;
        }
    });
}
