namespace SpecExecNative.Kernels;

/// <summary>The mailbox of a device without a better way: a copy to the host, and an event behind it.</summary>
internal sealed class CopiedMailbox : Mailbox
{
    private readonly DeviceBuffer _buffer;
    private readonly PinnedBuffer _received;
    private readonly DeviceEvent _delivered;
    private bool _posted;

    public CopiedMailbox(ComputeDevice device, int bytes, string purpose)
    {
        _buffer = device.Allocate(bytes, purpose);
        try
        {
            _received = device.AllocatePinned(bytes, purpose);
            _delivered = device.CreateEvent();
        }
        catch
        {
            _received?.Dispose();
            _buffer.Dispose();
            throw;
        }
    }

    public override DeviceBuffer Buffer => _buffer;

    public override void Post(ComputeQueue queue)
    {
        queue.CopyToHost(_buffer, 0, _received, 0, _buffer.Bytes);
        queue.Record(_delivered);
        _posted = true;
    }

    public override ReadOnlySpan<byte> Receive()
    {
        if (!_posted)
        {
            throw new InvalidOperationException("Nothing was posted to this mailbox.");
        }

        _delivered.Synchronize();
        return _received.Span(0, (int)_buffer.Bytes);
    }

    protected override void Dispose(bool disposing)
    {
        _delivered.Dispose();
        _received.Dispose();
        _buffer.Dispose();
    }
}
