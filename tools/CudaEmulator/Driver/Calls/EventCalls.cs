using System.Diagnostics;
using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuEvent*.</summary>
internal static class EventCalls
{
    internal static nint Create(DriverState driver, EventFlags flags)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaFailure.ThrowIf((flags & ~EventFlags.All) != 0, CudaResult.InvalidValue);
            return driver.Handles.Add(new CudaEvent(context, flags));
        }
    }

    /// <summary>Legal while it has not happened; noted, for it is mostly an oversight.</summary>
    internal static void Destroy(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            CudaEvent point = driver.Handles.Get<CudaEvent>(handle);
            if (point.Recorded is { IsComplete: false })
            {
                driver.Record.Note("events destroyed before they happened");
            }

            driver.Handles.Remove(point);
            context.ThrowIfLost();
        }
    }

    internal static void Record(DriverState driver, nint handle, nint streamHandle)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaEvent point = driver.Handles.Get<CudaEvent>(handle);
            CudaStream stream = StreamCalls.Find(driver, context, streamHandle);
            if (stream.Capture is { } capture)
            {
                CudaFailure.ThrowIf(capture.IsInvalid, CudaResult.StreamCaptureInvalidated);
                (point.Recorded, point.Captured) = (null, (capture, [.. stream.Frontier]));
            }
            else
            {
                (point.Recorded, point.Captured) = (context.Append(stream, null), null);
            }
        }
    }

    /// <returns>Success, also for an event that was never recorded, or NotReady.</returns>
    internal static CudaResult Query(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            (Context context, CudaEvent point) = FindExecuting(driver, handle);
            bool isDone = point.Recorded is null || context.Scheduler.Query(point.Recorded);
            context.ThrowIfLost();
            return isDone ? CudaResult.Success : CudaResult.NotReady;
        }
    }

    internal static void Synchronize(DriverState driver, nint handle)
    {
        lock (driver.Gate)
        {
            (Context context, CudaEvent point) = FindExecuting(driver, handle);
            if (point.Recorded is { } operation)
            {
                context.Scheduler.Wait(operation);
            }

            context.ThrowIfLost();
        }
    }

    /// <returns>Milliseconds.</returns>
    /// <exception cref="CudaFailure">INVALID_HANDLE: without timing or never recorded. NOT_READY: not both have happened.</exception>
    internal static float ElapsedMilliseconds(DriverState driver, nint start, nint end)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            Operation from = FindTimed(driver, start);
            Operation to = FindTimed(driver, end);
            bool areDone = context.Scheduler.Query(from) & context.Scheduler.Query(to);
            CudaFailure.ThrowIf(!areDone, CudaResult.NotReady);
            return (float)Stopwatch.GetElapsedTime(from.CompletedAt, to.CompletedAt).TotalMilliseconds;
        }
    }

    private static Operation FindTimed(DriverState driver, nint handle)
    {
        CudaEvent point = driver.Handles.Get<CudaEvent>(handle);
        CudaFailure.ThrowIf(point.Captured is not null, CudaResult.CapturedEvent);
        CudaFailure.ThrowIf(!point.HasTiming || point.Recorded is null, CudaResult.InvalidHandle);
        return point.Recorded!;
    }

    private static (Context Context, CudaEvent Point) FindExecuting(DriverState driver, nint handle)
    {
        Context context = driver.Current();
        CudaEvent point = driver.Handles.Get<CudaEvent>(handle);
        CaptureRules.RefuseOnCaptured(point);
        CaptureRules.RefuseUnsafeCall(context);
        return (context, point);
    }
}
