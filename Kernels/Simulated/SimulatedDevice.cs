using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Kernels.Simulated;

/// <summary>
/// A card that only takes time: queues, events and memory as on CUDA, engines for copies and for computing, each op as long as its bytes and
/// its arithmetic take on the card described. No results: what it says is a forecast, not a measurement. The host's time is a
/// <see cref="VirtualClock"/>, so an hour passes in a moment.
/// </summary>
/// <remarks>Not thread-safe: there is one host.</remarks>
public sealed class SimulatedDevice : ComputeDevice
{
    private long _used;

    /// <param name="card">Which.</param>
    /// <param name="linkBytesPerSecond">The link that it sits on; null: the card's own.</param>
    /// <param name="memoryBytes">Less memory than it has; null: all.</param>
    /// <param name="host">What asking it costs; null: the usual.</param>
    /// <exception cref="ArgumentException">The card's figures make no sense.</exception>
    public SimulatedDevice(SimulatedCard card, double? linkBytesPerSecond = null, long? memoryBytes = null, HostCosts? host = null)
    {
        if (!card.IsComplete)
        {
            throw new ArgumentException($"The card '{card.Name}' has figures that are missing or not positive.", nameof(card));
        }

        Card = card;
        MemoryBytes = Math.Max(0, (memoryBytes ?? card.MemoryBytes) - card.SystemBytes);
        Host = host ?? new HostCosts();
        Costs = new OpCosts(card, linkBytesPerSecond ?? card.LinkBytesPerSecond, Host);
    }

    public SimulatedCard Card { get; }

    public override string Name => $"simulated {Card.Name}";

    public override DType ActivationType => DType.F16;

    public override DType KvType => DType.F16;

    public override bool HoldsData => false;

    public override long? FreeBytes => MemoryBytes - _used;

    /// <summary>The host's time.</summary>
    public override VirtualClock Clock { get; } = new();

    /// <summary>Bytes per second of the link.</summary>
    public double LinkBytesPerSecond => Costs.LinkBytesPerSecond;

    /// <summary>Memory for this program, in bytes.</summary>
    public long MemoryBytes { get; }

    /// <summary>Bytes allocated now.</summary>
    public long UsedBytes => _used;

    /// <summary>Told of everything that an engine does, in the order of its beginning.</summary>
    public event Action<DeviceSpan>? SpanDone
    {
        add => Schedule.Done += value;
        remove => Schedule.Done -= value;
    }

    internal WorkSchedule Schedule { get; } = new();

    internal HostCosts Host { get; }

    internal OpCosts Costs { get; private set; }

    internal SimulatedEngine Copies { get; } = new(DeviceTrack.CopyToDevice);

    internal SimulatedEngine CopiesBack { get; } = new(DeviceTrack.CopyToHost);

    internal SimulatedEngine Compute { get; } = new(DeviceTrack.Compute);

    /// <summary>What crosses the link from here on comes no faster than this, in bytes per second: it comes from somewhere slower.</summary>
    public void LimitLink(double bytesPerSecond) => Costs = new OpCosts(Card, Math.Min(bytesPerSecond, LinkBytesPerSecond), Host);

    public override DeviceBuffer Allocate(long bytes, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        if (bytes > MemoryBytes - _used)
        {
            throw new DeviceOutOfMemoryException(Name, purpose, bytes);
        }

        _used += bytes;
        return new SimulatedBuffer(this, bytes);
    }

    public override PinnedBuffer AllocatePinned(long bytes, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return new SimulatedPinnedBuffer(bytes);
    }

    public override ComputeQueue CreateQueue(string name, RowResults results = RowResults.Invariant) => new SimulatedQueue(this);

    public override DeviceEvent CreateEvent() => new SimulatedEvent(this);

    public override DeviceEvent CreateTimedEvent() => new SimulatedEvent(this);

    public override Mailbox CreateMailbox(int bytes, string purpose) => new SimulatedMailbox(this, bytes, purpose);

    public override string LayoutName => "simulated";

    public override long PackedBytes(WeightShape shape) => PackedLayout.Bytes(shape);

    /// <summary>Nothing: there is no data.</summary>
    public override void PackRows(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset)
    {
    }

    internal void Free(long bytes) => _used -= bytes;

    /// <summary>The host waits for work, and wakes some time later.</summary>
    internal void WaitFor(SimulatedWork? work)
    {
        if (work is null || Schedule.IsDone(work, Clock.Now))
        {
            return;
        }

        Clock.AdvanceTo(Schedule.RunUntil(work));
        Clock.Advance(Host.Synchronize);
    }

    protected override void Dispose(bool disposing)
    {
    }
}
