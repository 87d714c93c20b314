using SpecExecNative.Engine.Tracing;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>
/// A ring of slots in the device's memory through which layers pass, from where they wait, in the order in which passes need them,
/// without end: behind the last layer of a pass comes the first of the next. A slot's group is filled anew as soon as the computation has
/// done with it, so copies run ahead of the computation by as much as the ring holds, through walk and draft, too. The host waits for
/// nothing as long as layers wait in pinned memory: two queues order themselves by events.
/// </summary>
internal sealed class LayerStreamer : IDisposable
{
    private static readonly WeightGroup[] Groups = Enum.GetValues<WeightGroup>();

    private readonly LayerBlob _layout;
    private readonly DeviceMemory _memory;
    private readonly ComputeQueue _copies;
    private readonly ILayerFeed _feed;
    private readonly Slot[] _slots;
    private readonly bool _copiesAhead;
    private long _first;
    private int _released;
    private bool _isWhole = true;

    /// <param name="device">Where the ring lies.</param>
    /// <param name="createFeed">Makes what brings the streamed layers, at least one more than there are slots, over the queue given.</param>
    /// <param name="layout">Of all of them.</param>
    /// <param name="slots">Layers that the ring holds.</param>
    /// <param name="copiesAhead">The next pass's first layers are copied as soon as there is room; otherwise once it begins.</param>
    /// <exception cref="DeviceOutOfMemoryException">The ring does not fit.</exception>
    public LayerStreamer(ComputeDevice device, Func<ComputeQueue, ILayerFeed> createFeed, LayerBlob layout, int slots, bool copiesAhead = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        (_layout, _copiesAhead) = (layout, copiesAhead);
        _memory = new DeviceMemory(device);
        _copies = _memory.Own(() => device.CreateQueue("copies"));
        _feed = _memory.Own(() => createFeed(_copies));
        _memory.Guard(() => ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_feed.Count, slots, nameof(slots)));
        _slots = new Slot[slots];
        for (int slot = 0; slot < slots; slot++)
        {
            DeviceBuffer buffer = _memory.Allocate(layout.Bytes, "the ring of layers");
            _slots[slot] = new Slot(
                buffer,
                layout.At(buffer, 0),
                Array.ConvertAll(Groups, _ => _memory.Own(device.CreateEvent)),
                Array.ConvertAll(Groups, _ => _memory.Own(device.CreateEvent)),
                new long[Groups.Length]);
        }

        _memory.Guard(() =>
        {
            Fill(0);
            Settle(); // the first copies are slower: pages are met for the first time
            long start = device.Clock.GetTimestamp();
            Fill(0);
            Settle();
            LinkBytesPerSecond = slots * layout.Bytes / device.Clock.GetElapsedTime(start).TotalSeconds;
        });
    }

    /// <inheritdoc cref="ILayerFeed.Timeline"/>
    public Timeline? Timeline
    {
        get => _feed.Timeline;
        set => _feed.Timeline = value;
    }

    /// <summary>Blocks the host until all copies asked for are done.</summary>
    public void Settle()
    {
        _feed.Drain();
        _copies.Synchronize();
    }

    /// <summary>What crosses the link in a pass.</summary>
    public long BytesPerPass => _feed.Count * _layout.Bytes;

    /// <summary>What has crossed it so far, as far as it has been asked for.</summary>
    public long BytesCopied { get; private set; }

    /// <summary>Measured at the start, with nothing else under way.</summary>
    public double LinkBytesPerSecond { get; private set; }

    /// <summary>Before the first layer of a pass. A pass that was given up half-way, or a feed that broke down, has left the ring in the middle: then it begins anew.</summary>
    /// <exception cref="PackedFileException">What the layers lie in is no longer what it was.</exception>
    public void BeginPass(ComputeQueue queue)
    {
        _isWhole &= !_feed.Restart();
        _feed.BeginPass();
        if (_isWhole && _released == _feed.Count * Groups.Length)
        {
            _first += _feed.Count;
            if (!_copiesAhead)
            {
                Fill(_first);
            }
        }
        else if (!_isWhole || _released > 0)
        {
            foreach (Slot slot in _slots)
            {
                Array.ForEach(slot.Consumed, queue.Record);
            }

            _first = 0;
            Fill(_first);
        }

        _released = 0;
    }

    /// <summary>The weights of the streamed layer of that number, counted among the streamed.</summary>
    public LayerWeights Weights(int index) => SlotOf(index).Weights;

    /// <summary>What is queued from here on finds the group there.</summary>
    public void Await(int index, WeightGroup group, ComputeQueue queue)
    {
        Slot slot = SlotOf(index);
        _feed.AwaitQueued(slot.Requests[(int)group]);
        queue.Wait(slot.Copied[(int)group]);
    }

    /// <summary>Nothing that is queued from here on uses the group: the layer that comes next takes its place.</summary>
    public void Release(int index, WeightGroup group, ComputeQueue queue)
    {
        _isWhole = false; // should one of the next calls fail, nobody knows what the slot holds
        queue.Record(SlotOf(index).Consumed[(int)group]);
        if (_copiesAhead || index + _slots.Length < _feed.Count)
        {
            Copy(_first + index + _slots.Length, group);
        }

        _released++;
        _isWhole = true;
    }

    /// <summary>Waits for copies under way; the computation must have been waited for.</summary>
    public void Dispose()
    {
        try
        {
            _feed.Dispose();
            _copies.Synchronize();
        }
        finally
        {
            _memory.Dispose();
        }
    }

    private Slot SlotOf(int index) => _slots[(_first + index) % _slots.Length];

    private void Fill(long first)
    {
        _isWhole = false; // until all of it has been asked for
        for (long position = first; position < first + _slots.Length; position++)
        {
            foreach (WeightGroup group in Groups)
            {
                Copy(position, group);
            }
        }

        _isWhole = true;
    }

    /// <param name="position">Counted without end: the layers of a pass, of the next, and so on.</param>
    /// <param name="group">Of its layer.</param>
    private void Copy(long position, WeightGroup group)
    {
        Slot slot = _slots[position % _slots.Length];
        ByteRange range = _layout.RangeOf(group);
        slot.Requests[(int)group] = _feed.Request((int)(position % _feed.Count), range, slot.Buffer, slot.Consumed[(int)group], slot.Copied[(int)group]);
        BytesCopied += range.Bytes;
    }

    /// <param name="Buffer">Takes one layer.</param>
    /// <param name="Weights">Views into it.</param>
    /// <param name="Copied">For each group: it is there.</param>
    /// <param name="Consumed">For each group: the computation has done with it.</param>
    /// <param name="Requests">For each group: the last one made for it.</param>
    private sealed record Slot(DeviceBuffer Buffer, LayerWeights Weights, DeviceEvent[] Copied, DeviceEvent[] Consumed, long[] Requests);
}
