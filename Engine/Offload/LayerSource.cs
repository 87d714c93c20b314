using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Where layers wait that are not in pinned memory. May be read by many threads at once.</summary>
internal abstract class LayerSource : IDisposable
{
    /// <summary>Layers that wait there.</summary>
    public abstract int Count { get; }

    /// <summary>Reads want to begin and end on multiples of this many bytes.</summary>
    public virtual int Alignment => 1;

    /// <inheritdoc cref="ILayerFeed.BeginPass"/>
    public virtual void BeginPass()
    {
    }

    /// <summary>The layer's blob, if it is in pinned memory: then it need not be read.</summary>
    public virtual PinnedBuffer? Pinned(int layer) => null;

    /// <summary>Reads a part of a layer.</summary>
    /// <param name="layer">Which, counted among the streamed.</param>
    /// <param name="offset">In its blob; a multiple of <see cref="Alignment"/>.</param>
    /// <param name="destination">Receives it; what lies behind the blob's end is undefined.</param>
    /// <exception cref="PackedFileException">It cannot be read.</exception>
    public abstract void Read(int layer, long offset, Span<byte> destination);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
