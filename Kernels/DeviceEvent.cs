namespace SpecExecNative.Kernels;

/// <summary>A point in a queue's work that other queues and the host can wait for.</summary>
public abstract class DeviceEvent : IDisposable
{
    /// <summary>True once all work before the last <see cref="ComputeQueue.Record"/> of this event is done; true if it was never recorded.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Blocks the host until <see cref="IsComplete"/>.</summary>
    public abstract void Synchronize();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
