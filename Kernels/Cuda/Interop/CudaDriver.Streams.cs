using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cuda.Interop;

/// <summary>Streams, events, asynchronous copies, launches and graphs.</summary>
internal static unsafe partial class CudaDriver
{
    [LibraryImport(Library)]
    public static partial CudaResult cuMemcpyHtoDAsync_v2(DevicePointer destination, void* source, nuint bytes, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemcpyDtoHAsync_v2(void* destination, DevicePointer source, nuint bytes, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemcpyDtoDAsync_v2(DevicePointer destination, DevicePointer source, nuint bytes, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemsetD8Async(DevicePointer destination, byte value, nuint count, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuMemsetD32Async(DevicePointer destination, uint value, nuint count, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamCreateWithPriority(out CuStream stream, StreamFlags flags, int priority);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamDestroy_v2(CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamSynchronize(CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamQuery(CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamWaitEvent(CuStream stream, CuEvent point, uint flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamBeginCapture_v2(CuStream stream, CaptureMode mode);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamEndCapture(CuStream stream, out CuGraph graph);

    [LibraryImport(Library)]
    public static partial CudaResult cuStreamIsCapturing(CuStream stream, out int status);

    [LibraryImport(Library)]
    public static partial CudaResult cuEventCreate(out CuEvent point, EventFlags flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuEventDestroy_v2(CuEvent point);

    [LibraryImport(Library)]
    public static partial CudaResult cuEventRecord(CuEvent point, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuEventQuery(CuEvent point);

    [LibraryImport(Library)]
    public static partial CudaResult cuEventSynchronize(CuEvent point);

    [LibraryImport(Library)]
    public static partial CudaResult cuEventElapsedTime(out float milliseconds, CuEvent start, CuEvent end);

    [LibraryImport(Library)]
    public static partial CudaResult cuLaunchKernel(
        CuFunction function,
        uint gridX, uint gridY, uint gridZ,
        uint blockX, uint blockY, uint blockZ,
        uint dynamicSharedBytes, CuStream stream, void** parameters, void** extra);

    [LibraryImport(Library)]
    public static partial CudaResult cuGraphInstantiateWithFlags(out CuGraphExec executable, CuGraph graph, ulong flags);

    [LibraryImport(Library)]
    public static partial CudaResult cuGraphGetNodes(CuGraph graph, nint* nodes, ref nuint count);

    [LibraryImport(Library)]
    public static partial CudaResult cuGraphUpload(CuGraphExec executable, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuGraphLaunch(CuGraphExec executable, CuStream stream);

    [LibraryImport(Library)]
    public static partial CudaResult cuGraphExecDestroy(CuGraphExec executable);

    [LibraryImport(Library)]
    public static partial CudaResult cuGraphDestroy(CuGraph graph);
}
