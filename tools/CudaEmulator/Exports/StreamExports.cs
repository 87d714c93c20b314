using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Calls;
using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Streams, captures and events.</summary>
internal static unsafe class StreamExports
{
    [UnmanagedCallersOnly(EntryPoint = "cuStreamCreateWithPriority")]
    internal static int StreamCreateWithPriority(nint* stream, uint flags, int priority) => Entry.Call("cuStreamCreateWithPriority", driver =>
    {
        CudaFailure.ThrowIf(stream is null, CudaResult.InvalidValue);
        *stream = StreamCalls.Create(driver, flags);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuStreamDestroy_v2")]
    internal static int StreamDestroy(nint stream) => Entry.Release("cuStreamDestroy_v2", driver => StreamCalls.Destroy(driver, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuStreamSynchronize")]
    internal static int StreamSynchronize(nint stream) =>
        Entry.Call("cuStreamSynchronize", driver => StreamCalls.Synchronize(driver, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuStreamQuery")]
    internal static int StreamQuery(nint stream) => Entry.Call("cuStreamQuery", driver => StreamCalls.Query(driver, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuStreamWaitEvent")]
    internal static int StreamWaitEvent(nint stream, nint point, uint flags) =>
        Entry.Call("cuStreamWaitEvent", driver => StreamCalls.WaitEvent(driver, stream, point, flags));

    [UnmanagedCallersOnly(EntryPoint = "cuStreamBeginCapture_v2")]
    internal static int StreamBeginCapture(nint stream, int mode) =>
        Entry.Call("cuStreamBeginCapture_v2", driver => CaptureCalls.Begin(driver, stream, (CaptureMode)mode));

    [UnmanagedCallersOnly(EntryPoint = "cuStreamEndCapture")]
    internal static int StreamEndCapture(nint stream, nint* graph) => Entry.Call("cuStreamEndCapture", driver =>
    {
        CudaFailure.ThrowIf(graph is null, CudaResult.InvalidValue);
        *graph = 0;
        *graph = CaptureCalls.End(driver, stream);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuStreamIsCapturing")]
    internal static int StreamIsCapturing(nint stream, int* status) => Entry.Call("cuStreamIsCapturing", driver =>
    {
        CudaFailure.ThrowIf(status is null, CudaResult.InvalidValue);
        *status = CaptureCalls.Status(driver, stream);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuEventCreate")]
    internal static int EventCreate(nint* point, uint flags) => Entry.Call("cuEventCreate", driver =>
    {
        CudaFailure.ThrowIf(point is null, CudaResult.InvalidValue);
        *point = EventCalls.Create(driver, (EventFlags)flags);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuEventDestroy_v2")]
    internal static int EventDestroy(nint point) => Entry.Release("cuEventDestroy_v2", driver => EventCalls.Destroy(driver, point));

    [UnmanagedCallersOnly(EntryPoint = "cuEventRecord")]
    internal static int EventRecord(nint point, nint stream) =>
        Entry.Call("cuEventRecord", driver => EventCalls.Record(driver, point, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuEventQuery")]
    internal static int EventQuery(nint point) => Entry.Call("cuEventQuery", driver => EventCalls.Query(driver, point));

    [UnmanagedCallersOnly(EntryPoint = "cuEventSynchronize")]
    internal static int EventSynchronize(nint point) => Entry.Call("cuEventSynchronize", driver => EventCalls.Synchronize(driver, point));

    [UnmanagedCallersOnly(EntryPoint = "cuEventElapsedTime")]
    internal static int EventElapsedTime(float* milliseconds, nint start, nint end) => Entry.Call("cuEventElapsedTime", driver =>
    {
        CudaFailure.ThrowIf(milliseconds is null, CudaResult.InvalidValue);
        *milliseconds = EventCalls.ElapsedMilliseconds(driver, start, end);
    });
}
