using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Modules;
using SpecExecNative.CudaEmulator.Execution;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Modules, functions and launches.</summary>
internal static unsafe class ModuleExports
{
    [UnmanagedCallersOnly(EntryPoint = "cuModuleLoadDataEx")]
    internal static int ModuleLoadDataEx(nint* module, byte* image, uint optionCount, int* options, void** values) =>
        Entry.Call("cuModuleLoadDataEx", driver =>
        {
            CudaFailure.ThrowIf(module is null, CudaResult.InvalidValue);
            var log = new JitLog(optionCount, options, values);
            try
            {
                *module = ModuleCalls.Load(driver, image, log.Text);
            }
            finally
            {
                log.Deliver();
            }
        });

    [UnmanagedCallersOnly(EntryPoint = "cuModuleUnload")]
    internal static int ModuleUnload(nint module) => Entry.Release("cuModuleUnload", driver => ModuleCalls.Unload(driver, module));

    [UnmanagedCallersOnly(EntryPoint = "cuModuleGetFunction")]
    internal static int ModuleGetFunction(nint* function, nint module, byte* name) => Entry.Call("cuModuleGetFunction", driver =>
    {
        CudaFailure.ThrowIf(function is null || name is null, CudaResult.InvalidValue);
        *function = ModuleCalls.GetFunction(driver, module, NativeText.Read(name)!);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuModuleGetGlobal_v2")]
    internal static int ModuleGetGlobal(ulong* address, nuint* bytes, nint module, byte* name) => Entry.Call("cuModuleGetGlobal_v2", driver =>
    {
        CudaFailure.ThrowIf(name is null, CudaResult.InvalidValue);
        (ulong found, long size) = ModuleCalls.GetGlobal(driver, module, NativeText.Read(name)!);
        if (address is not null)
        {
            *address = found;
        }

        if (bytes is not null)
        {
            *bytes = (nuint)size;
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "cuFuncGetAttribute")]
    internal static int FuncGetAttribute(int* value, int attribute, nint function) => Entry.Call("cuFuncGetAttribute", driver =>
    {
        CudaFailure.ThrowIf(value is null, CudaResult.InvalidValue);
        *value = ModuleCalls.GetAttribute(driver, function, (FunctionAttribute)attribute);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuFuncSetAttribute")]
    internal static int FuncSetAttribute(nint function, int attribute, int value) => Entry.Call(
        "cuFuncSetAttribute", driver => ModuleCalls.SetAttribute(driver, function, (FunctionAttribute)attribute, value));

    [UnmanagedCallersOnly(EntryPoint = "cuOccupancyMaxActiveBlocksPerMultiprocessor")]
    internal static int OccupancyMaxActiveBlocks(int* blocks, nint function, int blockSize, nuint dynamicSharedBytes) =>
        Entry.Call("cuOccupancyMaxActiveBlocksPerMultiprocessor", driver =>
        {
            CudaFailure.ThrowIf(blocks is null, CudaResult.InvalidValue);
            *blocks = ModuleCalls.MaxActiveBlocks(driver, function, blockSize, dynamicSharedBytes);
        });

    [UnmanagedCallersOnly(EntryPoint = "cuLaunchKernel")]
    internal static int LaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra) =>
        Entry.Call("cuLaunchKernel", driver =>
        {
            var shape = new LaunchShape(
                checked((int)gridX), checked((int)gridY), checked((int)gridZ),
                checked((int)blockX), checked((int)blockY), checked((int)blockZ), checked((int)sharedBytes));
            LaunchCalls.Launch(driver, function, shape, stream, parameters, extra);
        });
}
