using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Streamed layers that wait in main memory, some of which the system would not pin.</summary>
internal sealed class MemoryLayers : LayerSource
{
    private readonly List<PinnedBuffer> _pinned = [];
    private readonly List<byte[]> _pageable = [];

    /// <inheritdoc/>
    public override int Count => _pinned.Count + _pageable.Count;

    /// <summary>Layers whose memory is pinned: the first ones.</summary>
    public IReadOnlyList<PinnedBuffer> PinnedLayers => _pinned;

    /// <summary>The others.</summary>
    public int PageableLayers => _pageable.Count;

    /// <summary>Adds a layer; owned from here on. No pageable one was added before.</summary>
    public void Add(PinnedBuffer layer) => _pinned.Add(layer);

    /// <summary>The last pinned layer becomes pageable: its memory is needed otherwise.</summary>
    public void GiveUpLast()
    {
        using PinnedBuffer last = _pinned[^1];
        AddPageable(last);
        _pinned.RemoveAt(_pinned.Count - 1);
    }

    /// <summary>Adds a copy of a layer.</summary>
    /// <param name="layer">Stays the caller's.</param>
    /// <exception cref="DeviceOutOfMemoryException">There is no memory for it.</exception>
    public void AddPageable(PinnedBuffer layer)
    {
        try
        {
            byte[] copy = GC.AllocateUninitializedArray<byte>(checked((int)layer.Bytes));
            layer.Span(0, copy.Length).CopyTo(copy);
            _pageable.Add(copy);
        }
        catch (Exception e) when (e is OutOfMemoryException or OverflowException)
        {
            throw new DeviceOutOfMemoryException("main memory (system RAM, not VRAM)", "a streamed layer; --weights disk keeps them in a file", layer.Bytes, e) { IsHost = true };
        }
    }

    /// <inheritdoc/>
    public override PinnedBuffer? Pinned(int layer) => layer < _pinned.Count ? _pinned[layer] : null;

    /// <inheritdoc/>
    public override void Read(int layer, long offset, Span<byte> destination)
        => _pageable[layer - _pinned.Count].AsSpan((int)offset, destination.Length).CopyTo(destination);

    protected override void Dispose(bool disposing)
    {
        PinnedBuffer[] pinned = [.. _pinned];
        _pinned.Clear();
        _pageable.Clear();
        Disposal.All(pinned);
    }
}
