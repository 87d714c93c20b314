using SpecExecNative.Kernels.Cpu.Linear;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu;

/// <summary>
/// The processor this program runs on. Queues do their work inside the call, so events are always complete.
/// Activations and the KV cache are F32; weights stay in the type they are stored in.
/// Results are the same bits for every thread count and register width.
/// </summary>
public sealed class CpuDevice : ComputeDevice
{
    private readonly SimdWidth _width;
    private readonly WorkerTeam _team;

    /// <param name="threads">Threads that share each op, the caller included; null: one per logical processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not within 1 … 1024.</exception>
    public CpuDevice(int? threads = null)
        : this(threads, SimdWidthExtensions.Widest)
    {
    }

    internal CpuDevice(int? threads, SimdWidth width)
    {
        _width = width;
        _team = new WorkerTeam(threads ?? Math.Min(Environment.ProcessorCount, WorkerTeam.MaxThreads));
        Name = $"CPU ({width.DisplayName()}, {_team.Threads} thread{(_team.Threads == 1 ? "" : "s")})";
    }

    public override string Name { get; }

    public override DType ActivationType => DType.F32;

    public override DType KvType => DType.F32;

    public override DeviceBuffer Allocate(long bytes, string purpose) => new CpuBuffer(bytes, Name, purpose);

    public override PinnedBuffer AllocatePinned(long bytes, string purpose) => new CpuPinnedBuffer(bytes, Name, purpose);

    public override ComputeQueue CreateQueue(string name, RowResults results = RowResults.Invariant) => _width switch
    {
        SimdWidth.Bits512 => new CpuQueue<Lanes512>(_team),
        SimdWidth.Bits256 => new CpuQueue<Lanes256>(_team),
        _ => new CpuQueue<Lanes128>(_team),
    };

    public override DeviceEvent CreateEvent() => new CpuEvent();

    public override DeviceEvent CreateTimedEvent() => new CpuEvent();

    public override string LayoutName => "cpu-panels-2";

    public override long PackedBytes(WeightShape shape) => WeightPanels.Bytes(shape);

    public override unsafe void PackRows(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset)
    {
        byte* packed = OpArguments.PackDestination(rows, shape, firstRow, rowCount, destination, destinationOffset);
        WeightPanels.Pack(rows, shape, firstRow, rowCount, packed);
    }

    protected override void Dispose(bool disposing) => _team.Dispose();
}
