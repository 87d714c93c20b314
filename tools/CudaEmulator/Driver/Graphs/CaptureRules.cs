using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Graphs;

/// <summary>
/// What may not be done while something is captured (CUDA C++ Programming Guide, "Prohibited and Unhandled Operations").
/// A refused call spoils the capture, as with the real driver.
/// </summary>
internal static class CaptureRules
{
    /// <summary>A wait for, or a question about, a stream that does not execute.</summary>
    /// <exception cref="CudaFailure">STREAM_CAPTURE_UNSUPPORTED, or INVALIDATED when it was spoiled before.</exception>
    internal static void RefuseOnCapturing(CudaStream stream)
    {
        if (stream.Capture is { } capture)
        {
            Spoil(capture, CudaResult.StreamCaptureUnsupported);
        }
    }

    /// <summary>A wait for, or a question about, an event that is a mere place in a graph.</summary>
    /// <exception cref="CudaFailure">CAPTURED_EVENT.</exception>
    internal static void RefuseOnCaptured(CudaEvent point)
    {
        if (point.Captured is { } captured)
        {
            captured.Capture.IsInvalid = true;
            throw new CudaFailure(CudaResult.CapturedEvent);
        }
    }

    /// <summary>A call that may synchronise with the device, while a capture of this thread or a global one goes on.</summary>
    /// <exception cref="CudaFailure">STREAM_CAPTURE_UNSUPPORTED.</exception>
    internal static void RefuseUnsafeCall(Context context)
    {
        foreach (Capture capture in context.Captures)
        {
            bool concerns = capture.Mode == CaptureMode.Global
                || (capture.Mode == CaptureMode.ThreadLocal && capture.Thread == Environment.CurrentManagedThreadId);
            if (concerns && !capture.IsInvalid)
            {
                Spoil(capture, CudaResult.StreamCaptureUnsupported);
            }
        }
    }

    /// <summary>Waiting for the whole context includes streams that are being captured.</summary>
    /// <exception cref="CudaFailure">STREAM_CAPTURE_UNSUPPORTED.</exception>
    internal static void RefuseAnyCapture(Context context)
    {
        if (context.Captures.FirstOrDefault(capture => !capture.IsInvalid) is { } capture)
        {
            Spoil(capture, CudaResult.StreamCaptureUnsupported);
        }
    }

    /// <summary>Work in the legacy stream would have to wait for a blocking stream that does not execute.</summary>
    /// <exception cref="CudaFailure">STREAM_CAPTURE_IMPLICIT.</exception>
    internal static void RefuseImplicitDependency(Context context)
    {
        if (context.Captures.FirstOrDefault(capture => capture.Origin.IsBlocking) is { } capture)
        {
            Spoil(capture, CudaResult.StreamCaptureImplicit);
        }
    }

    private static void Spoil(Capture capture, CudaResult result)
    {
        CudaResult given = capture.IsInvalid ? CudaResult.StreamCaptureInvalidated : result;
        capture.IsInvalid = true;
        throw new CudaFailure(given);
    }
}
