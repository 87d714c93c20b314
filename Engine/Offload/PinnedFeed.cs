using SpecExecNative.Engine.Tracing;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Layers in pinned memory: a copy is queued when it is asked for, and the host waits for nothing.</summary>
/// <param name="copies">The queue; the caller's.</param>
/// <param name="layers">Their blobs; owned from here on.</param>
internal sealed class PinnedFeed(ComputeQueue copies, IReadOnlyList<PinnedBuffer> layers) : ILayerFeed
{
    private long _requests;

    /// <inheritdoc/>
    public int Count => layers.Count;

    /// <inheritdoc/>
    public Timeline? Timeline { get; set; }

    /// <inheritdoc/>
    public void BeginPass()
    {
    }

    /// <inheritdoc/>
    public long Request(int layer, ByteRange range, DeviceBuffer destination, DeviceEvent free, DeviceEvent copied)
    {
        copies.Wait(free);
        TimedSpan? span = Timeline?.Begin(copies, DeviceTrack.CopyToDevice, $"streamed layer {layer}");
        copies.CopyToDevice(layers[layer], range.Offset, destination, range.Offset, range.Bytes);
        if (span is not null)
        {
            Timeline?.End(copies, span);
        }

        copies.Record(copied);
        return ++_requests;
    }

    /// <inheritdoc/>
    public void AwaitQueued(long request)
    {
    }

    /// <inheritdoc/>
    public bool Restart() => false;

    /// <inheritdoc/>
    public void Drain()
    {
    }

    public void Dispose()
    {
        try
        {
            copies.Synchronize(); // they may still be read
        }
        finally
        {
            Disposal.All(layers);
        }
    }
}
