using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cuda.Interop;

/// <summary>
/// The CUDA driver's own entry points, under their own names: devices, contexts, memory and modules.
/// The suffixed symbols are bound, whose binary interface never changes. Every result goes through
/// <see cref="CudaResultExtensions.ThrowOnError"/>.
/// </summary>
/// <remarks>Source: the CUDA driver API reference, versions 12.0 to 13.0.</remarks>
internal static unsafe partial class CudaDriver
{
    /// <summary>The logical name that <see cref="CudaLibraries"/> turns into a file.</summary>
    public const string Library = "specexec-cuda-driver";

    [LibraryImport(Library)]
    public static partial CudaResult cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuDriverGetVersion(out int version);

    [LibraryImport(Library)]
    public static partial CudaResult cuGetErrorName(CudaResult result, out byte* name);

    [LibraryImport(Library)]
    public static partial CudaResult cuGetErrorString(CudaResult result, out byte* text);

    [LibraryImport(Library)]
    public static partial CudaResult cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    public static partial CudaResult cuDeviceGet(out CuDevice device, int ordinal);

    [LibraryImport(Library)]
    public static partial CudaResult cuDeviceGetName(byte* name, int capacity, CuDevice device);

    [LibraryImport(Library)]
    public static partial CudaResult cuDeviceTotalMem_v2(out nuint bytes, CuDevice device);

    [LibraryImport(Library)]
    public static partial CudaResult cuDeviceGetAttribute(out int value, DeviceAttribute attribute, CuDevice device);

    [LibraryImport(Library)]
    public static partial CudaResult cuDeviceGetUuid_v2(byte* uuid, CuDevice device);

    [LibraryImport(Library)]
    public static partial CudaResult cuDeviceGetPCIBusId(byte* id, int capacity, CuDevice device);

    [LibraryImport(Library)]
    public static partial CudaResult cuDevicePrimaryCtxRetain(out CuContext context, CuDevice device);

    [LibraryImport(Library)]
    public static partial CudaResult cuDevicePrimaryCtxRelease_v2(CuDevice device);

    [LibraryImport(Library)]
    public static partial CudaResult cuDevicePrimaryCtxSetFlags_v2(CuDevice device, uint flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuCtxSetCurrent(CuContext context);

    [LibraryImport(Library)]
    public static partial CudaResult cuCtxGetCurrent(out CuContext context);

    [LibraryImport(Library)]
    public static partial CudaResult cuCtxSynchronize();

    [LibraryImport(Library)]
    public static partial CudaResult cuCtxGetStreamPriorityRange(out int least, out int greatest);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemGetInfo_v2(out nuint free, out nuint total);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemAlloc_v2(out DevicePointer pointer, nuint bytes);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemFree_v2(DevicePointer pointer);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemHostAlloc(out void* pointer, nuint bytes, HostMemoryFlags flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemFreeHost(void* pointer);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemHostRegister_v2(void* pointer, nuint bytes, HostMemoryFlags flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemHostUnregister(void* pointer);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemHostGetDevicePointer_v2(out DevicePointer device, void* host, uint flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemcpyHtoD_v2(DevicePointer destination, void* source, nuint bytes);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemcpyDtoH_v2(void* destination, DevicePointer source, nuint bytes);

    [LibraryImport(Library)]
    public static partial CudaResult cuModuleLoadDataEx(out CuModule module, void* image, uint optionCount, JitOption* options, nint* values);

    [LibraryImport(Library)]
    public static partial CudaResult cuModuleUnload(CuModule module);

    [LibraryImport(Library)]
    public static partial CudaResult cuModuleGetFunction(out CuFunction function, CuModule module, byte* name);

    [LibraryImport(Library)]
    public static partial CudaResult cuModuleGetGlobal_v2(out DevicePointer pointer, out nuint bytes, CuModule module, byte* name);

    [LibraryImport(Library)]
    public static partial CudaResult cuFuncGetAttribute(out int value, FunctionAttribute attribute, CuFunction function);

    [LibraryImport(Library)]
    public static partial CudaResult cuFuncSetAttribute(CuFunction function, FunctionAttribute attribute, int value);

    [LibraryImport(Library)]
    public static partial CudaResult cuOccupancyMaxActiveBlocksPerMultiprocessor(
        out int blocks, CuFunction function, int threads, nuint dynamicSharedBytes);
}
