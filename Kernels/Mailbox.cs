namespace SpecExecNative.Kernels;

/// <summary>
/// Memory that a queue writes and the host reads often: results come to the host as soon as they are there, without
/// the cost of synchronising with the queue.
/// </summary>
public abstract class Mailbox : IDisposable
{
    /// <summary>Where ops write what is to be delivered. The host reads it through <see cref="Receive"/> alone.</summary>
    public abstract DeviceBuffer Buffer { get; }

    /// <summary>Queues the delivery of what ops before it on <paramref name="queue"/> have written to <see cref="Buffer"/>.</summary>
    public abstract void Post(ComputeQueue queue);

    /// <summary>Waits for the last <see cref="Post"/>.</summary>
    /// <returns>The whole content; valid until an op that writes <see cref="Buffer"/> is queued again.</returns>
    /// <exception cref="InvalidOperationException">Nothing was ever posted.</exception>
    public abstract ReadOnlySpan<byte> Receive();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
