namespace SpecExecNative.Kernels;

/// <summary>A point in a queue's work that other queues and the host can wait for.</summary>
public abstract class DeviceEvent : IDisposable
{
    /// <summary>True once all work before the last <see cref="ComputeQueue.Record"/> of this event is done; true if it was never recorded.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Blocks the host until <see cref="IsComplete"/>.</summary>
    public abstract void Synchronize();

    /// <summary>Seconds from another event to this one, on the device; both were made by <see cref="ComputeDevice.CreateTimedEvent"/>, recorded and are complete.</summary>
    /// <exception cref="InvalidOperationException">They were not made for that.</exception>
    public virtual double SecondsSince(DeviceEvent start) => throw new InvalidOperationException("This event tells no time: it was not made by CreateTimedEvent.");

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
