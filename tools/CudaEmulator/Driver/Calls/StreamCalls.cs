using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuStream*, captures apart.</summary>
internal static class StreamCalls
{
    internal const uint NonBlocking = 1;

    /// <summary>Least and greatest: smaller is more urgent.</summary>
    internal static readonly (int Least, int Greatest) Priorities = (0, -5);

    private const nint LegacyHandle = 1;

    /// <param name="driver">The driver.</param>
    /// <param name="flags">CU_STREAM_DEFAULT or CU_STREAM_NON_BLOCKING.</param>
    /// <returns>The stream's handle. Any priority is taken and clamped; the emulator's engines do not regard it.</returns>
    internal static nint Create(DriverState driver, uint flags)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaFailure.ThrowIf((flags & ~NonBlocking) != 0, CudaResult.InvalidValue);
            var stream = new CudaStream(context, context.NewChain(), isBlocking: flags == 0);
            context.AddStream(stream);
            return driver.Handles.Add(stream);
        }
    }

    /// <summary>Legal with work queued, which still runs; noted, for it is mostly an oversight.</summary>
    internal static void Destroy(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            CudaStream stream = driver.Handles.Get<CudaStream>(handle);
            if (stream.Capture is { } capture)
            {
                capture.IsInvalid = true;
                context.RemoveCapture(capture);
            }

            if (stream.Last is { IsComplete: false } last)
            {
                driver.Record.Note("streams destroyed with unfinished work");
                context.Scheduler.Demand(last);
            }

            driver.Handles.Remove(stream);
            context.RemoveStream(stream);
            context.ThrowIfLost();
        }
    }

    internal static void Synchronize(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            (Context context, CudaStream stream) = FindExecuting(driver, handle);
            if (stream == context.Legacy)
            {
                context.Append(stream, null);
            }

            if (stream.Last is { } last)
            {
                context.Scheduler.Wait(last);
            }

            context.ThrowIfLost();
        }
    }

    /// <returns>Success or NotReady.</returns>
    internal static CudaResult Query(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            (Context context, CudaStream stream) = FindExecuting(driver, handle);
            bool isDone = stream.Last is null || context.Scheduler.Query(stream.Last);
            context.ThrowIfLost();
            return isDone ? CudaResult.Success : CudaResult.NotReady;
        }
    }

    /// <summary>cuStreamWaitEvent: for what the event was recorded after last. Never recorded, it is waited for in vain.</summary>
    internal static void WaitEvent(DriverState driver, nint handle, nint eventHandle, uint flags)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaStream stream = Find(driver, context, handle);
            CudaEvent point = driver.Handles.Get<CudaEvent>(eventHandle);
            CudaFailure.ThrowIf((flags & ~1u) != 0, CudaResult.InvalidValue);
            if (stream.Capture is not null || point.Captured is not null)
            {
                CaptureCalls.WaitEvent(stream, point);
            }
            else if (point.Recorded is null)
            {
                driver.Record.Note("waits for an event that was never recorded");
            }
            else
            {
                context.Append(stream, null, point.Recorded);
            }
        }
    }

    /// <param name="driver">The driver.</param>
    /// <param name="context">The current context.</param>
    /// <param name="handle">0 or 1 (CU_STREAM_LEGACY) for the legacy stream.</param>
    /// <exception cref="CudaFailure">INVALID_HANDLE: not a live stream of this context.</exception>
    internal static CudaStream Find(DriverState driver, Context context, nint handle)
    {
        if (handle is 0 or LegacyHandle)
        {
            return context.Legacy;
        }

        CudaStream stream = driver.Handles.Get<CudaStream>(handle);
        CudaFailure.ThrowIf(stream.Owner != context, CudaResult.InvalidHandle);
        return stream;
    }

    private static (Context Context, CudaStream Stream) FindExecuting(DriverState driver, nint handle)
    {
        Context context = driver.Current();
        CudaStream stream = Find(driver, context, handle);
        CaptureRules.RefuseOnCapturing(stream);
        CaptureRules.RefuseUnsafeCall(context);
        return (context, stream);
    }
}
