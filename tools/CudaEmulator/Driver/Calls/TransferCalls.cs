using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Driver.Work;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuMemcpy* and cuMemset*.</summary>
internal static class TransferCalls
{
    /// <summary>
    /// cuMemcpyHtoD: in the legacy stream. From pageable memory it returns when the bytes have been staged, possibly
    /// before they have arrived (CUDA driver API, "API synchronization behavior").
    /// </summary>
    internal static void Upload(DriverState driver, ulong destination, nint source, nuint bytes)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            Copy(context, context.Legacy, CopyDirection.HostToDevice, destination, (ulong)source, bytes, waits: true);
        }
    }

    /// <summary>cuMemcpyDtoH: in the legacy stream, waited for.</summary>
    internal static void Download(DriverState driver, nint destination, ulong source, nuint bytes)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            Copy(context, context.Legacy, CopyDirection.DeviceToHost, (ulong)destination, source, bytes, waits: true);
        }
    }

    /// <summary>cuMemcpy*Async. A download to pageable memory is waited for, as with the real driver.</summary>
    internal static void CopyAsync(
        DriverState driver, CopyDirection direction, ulong destination, ulong source, nuint bytes, nint stream)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            Copy(context, StreamCalls.Find(driver, context, stream), direction, destination, source, bytes, waits: false);
        }
    }

    /// <summary>cuMemsetD8Async and cuMemsetD32Async.</summary>
    internal static void FillAsync(DriverState driver, ulong address, uint value, int width, nuint count, nint stream)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaStream queue = StreamCalls.Find(driver, context, stream);
            if (count == 0)
            {
                return;
            }

            long bytes = checked((long)count * width);
            CudaFailure.ThrowIf(address % (ulong)width != 0 || !IsInside(context, address, bytes), CudaResult.InvalidValue);
            context.Enqueue(queue, new FillWork(address, value, width, (long)count));
        }
    }

    private static void Copy(
        Context context, CudaStream stream, CopyDirection direction, ulong destination, ulong source, nuint count, bool waits)
    {
        if (count == 0)
        {
            return;
        }

        long bytes = checked((long)count);
        bool fromHost = direction == CopyDirection.HostToDevice;
        bool toHost = direction == CopyDirection.DeviceToHost;
        CudaFailure.ThrowIf(fromHost ? source == 0 : !IsInside(context, source, bytes), CudaResult.InvalidValue);
        CudaFailure.ThrowIf(toHost ? destination == 0 : !IsInside(context, destination, bytes), CudaResult.InvalidValue);
        CudaFailure.ThrowIf((fromHost && context.Pinned.IsTorn(source, bytes)) || (toHost && context.Pinned.IsTorn(destination, bytes)), CudaResult.InvalidValue);
        bool isPageable = (fromHost && context.Pinned.Find(source, bytes) is null)
            || (toHost && context.Pinned.Find(destination, bytes) is null);
        Operation? operation = context.Enqueue(stream, new CopyWork(direction, destination, source, bytes));
        if (isPageable && !waits)
        {
            context.Driver.Record.Note("asynchronous copies with pageable memory");
        }

        bool hasReturnedEarly = fromHost && isPageable;
        if (operation is not null && (waits || isPageable) && !hasReturnedEarly)
        {
            context.Scheduler.Wait(operation);
            context.ThrowIfLost();
        }
    }

    private static bool IsInside(Context context, ulong address, long bytes) =>
        context.FindMemory(address) is { } block && address + (ulong)bytes <= block.End;
}
