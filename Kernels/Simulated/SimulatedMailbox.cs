namespace SpecExecNative.Kernels.Simulated;

/// <summary>Results that a kernel writes to mapped host memory, with a sequence word behind them: the host sees them without waiting for the queue.</summary>
internal sealed class SimulatedMailbox(SimulatedDevice device, int bytes, string purpose) : Mailbox
{
    private readonly DeviceBuffer _buffer = device.Allocate(bytes, purpose);
    private readonly byte[] _received = new byte[bytes];
    private readonly SimulatedEvent _posted = new(device);

    public override DeviceBuffer Buffer => _buffer;

    public override void Post(ComputeQueue queue)
    {
        ((SimulatedQueue)queue).Add("results", device.Compute, device.Costs.MappedWrite(_buffer.Bytes));
        queue.Record(_posted);
    }

    public override ReadOnlySpan<byte> Receive()
    {
        if (_posted.Point is null)
        {
            throw new InvalidOperationException("Nothing was posted to this mailbox.");
        }

        device.Clock.AdvanceTo(device.Schedule.RunUntil(_posted.Point));
        return _received;
    }

    protected override void Dispose(bool disposing) => _buffer.Dispose();
}
