using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels;

/// <summary>
/// A device that does nothing before it must: its queues run their work only when the host waits. Memory that is freed or
/// rewritten too early, and results that are read too early, show as errors or wrong numbers. One kind of queue may be eager instead.
/// </summary>
internal sealed class DeferredDevice(ComputeDevice inner, string? eagerQueue = null) : ComputeDevice
{
    /// <summary>Called whenever a queue is asked to do something: a test can cancel at any op.</summary>
    public Action? Asked { get; set; }

    /// <summary>Waits that are not made, by the queue's name (of the host: host) and their number: shows that a test would miss them.</summary>
    public Func<string, int, bool> Forgets { get; set; } = (_, _) => false;

    private readonly Dictionary<string, int> _waits = [];

    public override string Name => $"{inner.Name}, late";

    public override DType ActivationType => inner.ActivationType;

    public override DType KvType => inner.KvType;

    public override DeviceBuffer Allocate(long bytes, string purpose) => inner.Allocate(bytes, purpose);

    public override PinnedBuffer AllocatePinned(long bytes, string purpose) => inner.AllocatePinned(bytes, purpose);

    public override ComputeQueue CreateQueue(string name, RowResults results = RowResults.Invariant)
        => new DeferredQueue(inner.CreateQueue(name, results), () => Asked?.Invoke(), isEager: name == eagerQueue) { IsForgotten = () => IsForgotten(name) };

    public override DeviceEvent CreateEvent() => new DeferredEvent { IsForgotten = () => IsForgotten("host") };

    public override string LayoutName => inner.LayoutName;

    public override long PackedBytes(WeightShape shape) => inner.PackedBytes(shape);

    public override void PackRows(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset)
        => inner.PackRows(rows, shape, firstRow, rowCount, destination, destinationOffset);

    protected override void Dispose(bool disposing)
    {
    }

    private bool IsForgotten(string queue)
    {
        lock (_waits)
        {
            int number = _waits.GetValueOrDefault(queue);
            _waits[queue] = number + 1;
            return Forgets(queue, number);
        }
    }
}
