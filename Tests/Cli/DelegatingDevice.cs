using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Tests.Cli;

/// <summary>The CPU device with a limit to its memory, with queues that misbehave, or with another idea of its KV cache.</summary>
internal sealed class DelegatingDevice(
    Func<ComputeQueue, ComputeQueue>? wrapQueue = null, long memoryBytes = long.MaxValue, DType? kvType = null) : ComputeDevice
{
    private readonly CpuDevice _inner = new(threads: 2);
    private long _allocated;

    public override string Name => $"test device over {_inner.Name}";

    /// <summary>What was asked of the queues that models compute on, in order.</summary>
    public List<RowResults> Promises { get; } = [];

    public override DType ActivationType => _inner.ActivationType;

    public override DType KvType => kvType ?? _inner.KvType;

    /// <summary>What it says is free.</summary>
    public long? SaysFree { get; init; }

    public override long? FreeBytes => SaysFree;

    public bool PinsLittle { get; init; }

    public override bool PinnedMemoryIsScarce => PinsLittle;

    /// <summary>Allocations that it refuses, by their purpose.</summary>
    public Func<string, bool> Refuses { get; init; } = _ => false;

    /// <summary>Memory of the host that it refuses, by its purpose.</summary>
    public Func<string, bool> RefusesOnHost { get; init; } = _ => false;

    /// <summary>What has been allocated for, in order.</summary>
    public List<string> Purposes { get; } = [];

    public override DeviceBuffer Allocate(long bytes, string purpose)
    {
        Purposes.Add(purpose);
        _allocated += bytes;
        return _allocated > memoryBytes || Refuses(purpose) ? throw new DeviceOutOfMemoryException(Name, purpose, bytes) : _inner.Allocate(bytes, purpose);
    }

    public override PinnedBuffer AllocatePinned(long bytes, string purpose)
        => RefusesOnHost(purpose) ? throw new DeviceOutOfMemoryException("host", purpose, bytes) { IsHost = true } : _inner.AllocatePinned(bytes, purpose);

    public override ComputeQueue CreateQueue(string name, RowResults results = RowResults.Invariant)
    {
        if (name == "compute")
        {
            Promises.Add(results);
        }

        ComputeQueue queue = _inner.CreateQueue(name, results);
        return wrapQueue is null ? queue : wrapQueue(queue);
    }

    public override DeviceEvent CreateEvent() => _inner.CreateEvent();

    public override string LayoutName => _inner.LayoutName;

    public override long PackedBytes(WeightShape shape) => _inner.PackedBytes(shape);

    public override void PackRows(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset)
        => _inner.PackRows(rows, shape, firstRow, rowCount, destination, destinationOffset);

    protected override void Dispose(bool disposing) => _inner.Dispose();
}
