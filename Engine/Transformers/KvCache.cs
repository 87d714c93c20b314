using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// Keys and values of one sequence, all layers. The first <see cref="Length"/> slots are the committed prefix
/// (slot = position); the slots behind it are free for tree nodes, any node in any slot, until a path of them is
/// committed and moves down to the prefix.
/// </summary>
public sealed class KvCache : IDisposable
{
    private readonly DeviceMemory _memory;
    private readonly DeviceBuffer _buffer;
    private readonly PinnedBuffer _pathStaging;
    private readonly DeviceBuffer _path;
    private readonly ComputeQueue _queue;
    private readonly KvCacheLayer[] _layers;

    /// <param name="device">Where it lies.</param>
    /// <param name="queue">The queue of the passes that use it.</param>
    /// <param name="config">Shape of the model.</param>
    /// <param name="contextLength">Longest sequence, in tokens.</param>
    /// <param name="treeSlots">Slots for tree nodes beyond that.</param>
    /// <exception cref="DeviceOutOfMemoryException">The device has not that much memory.</exception>
    public KvCache(ComputeDevice device, ComputeQueue queue, ModelConfig config, int contextLength, int treeSlots)
    {
        _queue = queue;
        ContextLength = contextLength;
        Slots = checked(contextLength + treeSlots);
        var shape = new KvCacheLayer(null!, 0, device.KvType, config.KvHeads, Slots, config.HeadDim);
        long layerBytes = DeviceBuffer.Align(shape.Bytes);
        string purpose = $"a KV cache of {Slots} tokens";
        _memory = new DeviceMemory(device);
        _buffer = _memory.Allocate(checked(layerBytes * config.Layers), purpose);
        _path = _memory.Allocate((long)Slots * sizeof(int), purpose);
        _pathStaging = _memory.AllocatePinned((long)Slots * sizeof(int), purpose);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => shape with { Buffer = _buffer, ByteOffset = i * layerBytes })];
    }

    /// <summary>Committed tokens.</summary>
    public int Length { get; private set; }

    /// <summary>Most tokens that can be committed.</summary>
    public int ContextLength { get; }

    /// <summary>All slots: <see cref="ContextLength"/> and those for tree nodes.</summary>
    public int Slots { get; }

    public KvCacheLayer Layer(int index) => _layers[index];

    /// <summary>The next <paramref name="count"/> slots hold the next positions of the sequence already: a chain was computed in place.</summary>
    public void CommitChain(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length + count, ContextLength, nameof(count));
        Length += count;
    }

    /// <summary>Makes a path of tree nodes the continuation of the prefix; all other nodes are forgotten.</summary>
    /// <param name="slots">Slots of the path's nodes from the top, ascending.</param>
    public void CommitPath(ReadOnlySpan<int> slots)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length + slots.Length, ContextLength, nameof(slots));
        int inPlace = 0;
        while (inPlace < slots.Length && slots[inPlace] == Length + inPlace)
        {
            inPlace++;
        }

        ReadOnlySpan<int> moved = slots[inPlace..];
        if (!moved.IsEmpty)
        {
            moved.CopyTo(_pathStaging.As<int>(moved.Length));
            _queue.CopyToDevice(_pathStaging, 0, _path, 0, moved.Length * sizeof(int));
            foreach (KvCacheLayer layer in _layers)
            {
                _queue.MoveSlots(layer, _path.AsTensor(DType.I32, 1, moved.Length), Length + inPlace);
            }

            // The staging memory is rewritten by the next commit, which must not overtake this copy.
            _queue.Synchronize();
        }

        Length += slots.Length;
    }

    /// <summary>Forgets everything behind the first <paramref name="length"/> tokens.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Waits for work that still uses the cache.</summary>
    public void Dispose()
    {
        try
        {
            _queue.Synchronize();
        }
        finally
        {
            _memory.Dispose();
        }
    }
}
