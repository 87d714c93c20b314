using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuStreamBeginCapture, cuStreamEndCapture, cuStreamIsCapturing, and waiting inside a capture.</summary>
internal static class CaptureCalls
{
    internal static void Begin(DriverState driver, nint handle, CaptureMode mode)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaStream stream = StreamCalls.Find(driver, context, handle);
            CudaFailure.ThrowIf(!Enum.IsDefined(mode), CudaResult.InvalidValue);
            CudaFailure.ThrowIf(stream == context.Legacy, CudaResult.StreamCaptureUnsupported);
            CudaFailure.ThrowIf(stream.Capture is not null, CudaResult.IllegalState);
            context.AddCapture(new Capture(stream, mode, Environment.CurrentManagedThreadId));
        }
    }

    /// <returns>The graph's handle. After a failure the streams execute again, as with the real driver.</returns>
    /// <exception cref="CudaFailure">ILLEGAL_STATE, or a STREAM_CAPTURE status.</exception>
    internal static nint End(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaStream stream = StreamCalls.Find(driver, context, handle);
            Capture capture = stream.Capture ?? throw new CudaFailure(CudaResult.IllegalState);
            CudaFailure.ThrowIf(capture.Origin != stream, CudaResult.StreamCaptureUnmatched);
            bool isForeign = capture.Mode != CaptureMode.Relaxed && capture.Thread != Environment.CurrentManagedThreadId;
            CudaFailure.ThrowIf(isForeign, CudaResult.StreamCaptureWrongThread);
            bool isJoined = capture.IsJoined;
            context.RemoveCapture(capture);
            CudaFailure.ThrowIf(capture.IsInvalid, CudaResult.StreamCaptureInvalidated);
            CudaFailure.ThrowIf(!isJoined, CudaResult.StreamCaptureUnjoined);
            return driver.Handles.Add(new Graph(context, capture.Nodes));
        }
    }

    /// <returns>CU_STREAM_CAPTURE_STATUS: 0 none, 1 active, 2 invalidated.</returns>
    internal static int Status(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            return StreamCalls.Find(driver, context, handle).Capture switch
            {
                null => 0,
                { IsInvalid: false } => 1,
                _ => 2,
            };
        }
    }

    /// <summary>A wait where the stream or the event is part of a capture: it extends the capture.</summary>
    internal static void WaitEvent(CudaStream stream, CudaEvent point)
    {
        if (point.Captured is not { } captured)
        {
            stream.Capture!.IsInvalid = true;
            throw new CudaFailure(CudaResult.StreamCaptureIsolation);
        }

        bool isOver = captured.Capture.Origin.Capture != captured.Capture;
        CudaFailure.ThrowIf(isOver || captured.Capture.IsInvalid, CudaResult.StreamCaptureInvalidated);
        if (stream.Capture is { } own && own != captured.Capture)
        {
            (own.IsInvalid, captured.Capture.IsInvalid) = (true, true);
            throw new CudaFailure(CudaResult.StreamCaptureMerge);
        }

        CudaFailure.ThrowIf(stream == stream.Owner!.Legacy, CudaResult.StreamCaptureImplicit);
        captured.Capture.Join(stream, captured.Nodes);
    }
}
