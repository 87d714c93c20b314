using System.Runtime.InteropServices;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// Brings a <see cref="TokenBatch"/> to the device in one copy and keeps the memory for the next one. The host waits for the
/// pass that used it before it is written again. Where a list lies depends on the number of rows alone: paths, whose
/// length varies beside, come last.
/// </summary>
internal sealed class BatchUpload(ComputeDevice device) : IDisposable
{
    private readonly DeviceEvent _passDone = device.CreateEvent();
    private PinnedBuffer? _staging;
    private DeviceBuffer? _buffer;
    private long _used;

    /// <summary>Changes when the rows' memory moves.</summary>
    public int Version { get; private set; }

    /// <summary>Queues the copy, after waiting for the last pass (<see cref="PassQueued"/>).</summary>
    public TokenRows Upload(ComputeQueue queue, TokenBatch batch)
    {
        _passDone.Synchronize();
        Reserve(
            [batch.Tokens.Length, batch.Positions.Length, batch.Slots.Length,
             batch.PrefixLengths.Length, batch.PathStarts.Length, batch.PathSlots.Length]);
        _used = 0;
        var rows = new TokenRows(
            Place(batch.Tokens), Place(batch.Positions), Place(batch.Slots),
            Place(batch.PrefixLengths), Place(batch.PathStarts), PlacePaths(batch.PathSlots));
        queue.CopyToDevice(_staging!, 0, _buffer!, 0, _used);
        return rows;
    }

    /// <summary>Marks the end of the pass that reads these rows.</summary>
    public void PassQueued(ComputeQueue queue) => queue.Record(_passDone);

    /// <summary>Waits for the last pass.</summary>
    public void Dispose()
    {
        try
        {
            _passDone.Synchronize();
        }
        finally
        {
            _passDone.Dispose();
            _staging?.Dispose();
            _buffer?.Dispose();
        }
    }

    private void Reserve(ReadOnlySpan<int> lengths)
    {
        long bytes = 0;
        foreach (int length in lengths)
        {
            bytes += DeviceBuffer.Align((long)length * sizeof(int));
        }

        if (_buffer is not null && _buffer.Bytes >= bytes)
        {
            return;
        }

        long capacity = bytes + (bytes / 2);
        _staging?.Dispose();
        _buffer?.Dispose();
        (_staging, _buffer) = (null, null);
        _staging = device.AllocatePinned(capacity, "token rows");
        _buffer = device.Allocate(capacity, "token rows");
        Version++;
    }

    private DeviceTensor Place(ReadOnlySpan<int> values)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(_staging!.Span(_used, bytes.Length));
        var view = new DeviceTensor(_buffer!, _used, DType.I32, 1, values.Length);
        _used += DeviceBuffer.Align((long)values.Length * sizeof(int));
        return view;
    }

    /// <summary>All the room that is left belongs to the paths: the view is the same whatever their length.</summary>
    private DeviceTensor PlacePaths(ReadOnlySpan<int> slots)
    {
        DeviceTensor paths = Place(slots);
        return paths with { Columns = (int)Math.Min((_buffer!.Bytes - paths.ByteOffset) / sizeof(int), int.MaxValue) };
    }
}
