namespace SpecExecNative.Kernels;

/// <summary>A sequence of ops of one queue, recorded once (<see cref="ComputeQueue.Capture"/>), to be asked for again with one call.</summary>
public abstract class CapturedWork : IDisposable
{
    /// <summary>Queues all of it, in order, behind what the queue has been asked for so far.</summary>
    public abstract void Replay();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
