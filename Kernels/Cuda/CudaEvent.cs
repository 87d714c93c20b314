using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>A point in a card's work.</summary>
internal sealed class CudaEvent(PrimaryContext context, bool isTimed = false) : DeviceEvent
{
    private readonly EventHandle _event = new(context, isTimed ? EventFlags.Default : EventFlags.DisableTiming);

    /// <exception cref="ObjectDisposedException">The event was disposed.</exception>
    public CuEvent Event => _event.Event;

    public override bool IsComplete
    {
        get
        {
            CuEvent point = Event;
            context.MakeCurrent();
            CudaResult result = CudaDriver.cuEventQuery(point);
            if (result == CudaResult.NotReady)
            {
                return false;
            }

            result.ThrowOnError(nameof(CudaDriver.cuEventQuery));
            return true;
        }
    }

    public override double SecondsSince(DeviceEvent start)
    {
        if (!isTimed || start is not CudaEvent earlier)
        {
            return base.SecondsSince(start);
        }

        CuEvent point = Event;
        context.MakeCurrent();
        CudaDriver.cuEventElapsedTime(out float milliseconds, earlier.Event, point).ThrowOnError();
        return milliseconds / 1000.0;
    }

    public override void Synchronize()
    {
        CuEvent point = Event;
        context.MakeCurrent();
        CudaDriver.cuEventSynchronize(point).ThrowOnError();
    }

    protected override void Dispose(bool disposing) => _event.Dispose();
}
