using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Copies and fills.</summary>
internal static class TransferExports
{
    [UnmanagedCallersOnly(EntryPoint = "cuMemcpyHtoD_v2")]
    internal static int MemcpyHtoD(ulong destination, nint source, nuint bytes) => Entry.Call(
        "cuMemcpyHtoD_v2", driver => TransferCalls.Upload(driver, destination, source, bytes));

    [UnmanagedCallersOnly(EntryPoint = "cuMemcpyDtoH_v2")]
    internal static int MemcpyDtoH(nint destination, ulong source, nuint bytes) => Entry.Call(
        "cuMemcpyDtoH_v2", driver => TransferCalls.Download(driver, destination, source, bytes));

    [UnmanagedCallersOnly(EntryPoint = "cuMemcpyHtoDAsync_v2")]
    internal static int MemcpyHtoDAsync(ulong destination, nint source, nuint bytes, nint stream) => Entry.Call(
        "cuMemcpyHtoDAsync_v2",
        driver => TransferCalls.CopyAsync(driver, CopyDirection.HostToDevice, destination, (ulong)source, bytes, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuMemcpyDtoHAsync_v2")]
    internal static int MemcpyDtoHAsync(nint destination, ulong source, nuint bytes, nint stream) => Entry.Call(
        "cuMemcpyDtoHAsync_v2",
        driver => TransferCalls.CopyAsync(driver, CopyDirection.DeviceToHost, (ulong)destination, source, bytes, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuMemcpyDtoDAsync_v2")]
    internal static int MemcpyDtoDAsync(ulong destination, ulong source, nuint bytes, nint stream) => Entry.Call(
        "cuMemcpyDtoDAsync_v2",
        driver => TransferCalls.CopyAsync(driver, CopyDirection.DeviceToDevice, destination, source, bytes, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuMemsetD8Async")]
    internal static int MemsetD8Async(ulong address, byte value, nuint count, nint stream) => Entry.Call(
        "cuMemsetD8Async", driver => TransferCalls.FillAsync(driver, address, value, sizeof(byte), count, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuMemsetD32Async")]
    internal static int MemsetD32Async(ulong address, uint value, nuint count, nint stream) => Entry.Call(
        "cuMemsetD32Async", driver => TransferCalls.FillAsync(driver, address, value, sizeof(uint), count, stream));
}
