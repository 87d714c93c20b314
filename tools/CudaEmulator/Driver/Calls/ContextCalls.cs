using SpecExecNative.CudaEmulator.Driver.Devices;
using SpecExecNative.CudaEmulator.Driver.Graphs;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuDevicePrimaryCtx* and cuCtx*.</summary>
internal static class ContextCalls
{
    // CU_CTX_SCHED_*, CU_CTX_MAP_HOST and CU_CTX_LMEM_RESIZE_TO_MAX.
    private const uint AllFlags = 0x1F;

    /// <returns>The primary context's handle.</returns>
    internal static nint Retain(DriverState driver, int ordinal)
    {
        Device device = driver.GetDevice(ordinal);
        lock (driver.Gate)
        {
            if (device.Primary is null)
            {
                device.Primary = new Context(driver, device);
                driver.Handles.Add(device.Primary);
            }

            device.Retained++;
            return device.Primary.Handle;
        }
    }

    /// <summary>The last release destroys the context with everything in it.</summary>
    internal static void Release(DriverState driver, int ordinal)
    {
        Device device = driver.GetDevice(ordinal);
        Context dying;
        lock (driver.Gate)
        {
            CudaFailure.ThrowIf(device.Retained == 0, CudaResult.InvalidContext);
            if (--device.Retained > 0)
            {
                return;
            }

            dying = device.Primary!;
            device.Primary = null;
            driver.Handles.Remove(dying);
            int abandoned = driver.Handles.RemoveAllOf(dying) + dying.Heap.Count + dying.Pinned.Ranges.Count();
            for (int i = 0; i < abandoned; i++)
            {
                driver.Record.Note("objects left to die with their context");
            }
        }

        dying.Dispose();
    }

    /// <summary>Allowed at any time since CUDA 11.</summary>
    internal static void SetFlags(DriverState driver, int ordinal, uint flags)
    {
        driver.GetDevice(ordinal);
        CudaFailure.ThrowIf((flags & ~AllFlags) != 0, CudaResult.InvalidValue);
    }

    /// <summary>Waits for everything queued in the context.</summary>
    internal static void Synchronize(DriverState driver)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CaptureRules.RefuseAnyCapture(context);
            context.Scheduler.WaitForAll();
            context.ThrowIfLost();
        }
    }
}
