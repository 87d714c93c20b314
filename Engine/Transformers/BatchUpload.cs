using System.Runtime.InteropServices;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>Brings a <see cref="TokenBatch"/> to the device in one copy and keeps the memory for the next one.</summary>
internal sealed class BatchUpload(ComputeDevice device) : IDisposable
{
    private PinnedBuffer? _staging;
    private DeviceBuffer? _buffer;
    private long _used;

    /// <summary>
    /// Queues the copy. The previous batch's copy must be done: the caller has waited for that pass's result.
    /// </summary>
    public TokenRows Upload(ComputeQueue queue, TokenBatch batch)
    {
        Reserve(
            [batch.Tokens.Length, batch.Positions.Length, batch.Slots.Length,
             batch.PrefixLengths.Length, batch.PathStarts.Length, batch.PathSlots.Length]);
        _used = 0;
        var rows = new TokenRows(
            Place(batch.Tokens), Place(batch.Positions), Place(batch.Slots),
            Place(batch.PrefixLengths), Place(batch.PathStarts), Place(batch.PathSlots));
        queue.CopyToDevice(_staging!, 0, _buffer!, 0, _used);
        return rows;
    }

    public void Dispose()
    {
        _staging?.Dispose();
        _buffer?.Dispose();
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
    }

    private DeviceTensor Place(ReadOnlySpan<int> values)
    {
        MemoryMarshal.AsBytes(values).CopyTo(_staging!.Span(_used, values.Length * sizeof(int)));
        var view = new DeviceTensor(_buffer!, _used, DType.I32, 1, values.Length);
        _used += DeviceBuffer.Align((long)values.Length * sizeof(int));
        return view;
    }
}
