using System.Runtime.InteropServices;
using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>
/// One device and one queue with everything a test puts on it. Each buffer is larger than its tensor and filled with
/// a canary; <see cref="Dispose"/> fails the test if any op wrote outside a tensor.
/// </summary>
internal sealed class Workbench : IDisposable
{
    // A NaN: an op that reads outside its tensors spoils its result.
    private const uint Canary = 0x7FC0BEEF;
    private const int MarginBytes = 512;

    private readonly List<(DeviceBuffer Buffer, long UsedBytes)> _buffers = [];
    private readonly List<DeviceTensor> _poisoned = [];

    public Workbench(int threads = 2, SimdWidth? width = null)
    {
        Device = width is { } w ? new CpuDevice(threads, w) : new CpuDevice(threads);
        Queue = Device.CreateQueue("test");
    }

    public CpuDevice Device { get; }

    public ComputeQueue Queue { get; }

    public DeviceTensor Floats(float[] values, int rows) => Upload(MemoryMarshal.AsBytes<float>(values), DType.F32, rows, values.Length / Math.Max(rows, 1));

    public DeviceTensor Ints(params int[] values) => Upload(MemoryMarshal.AsBytes<int>(values), DType.I32, 1, values.Length);

    /// <summary>An output whose every element is the canary until an op writes it.</summary>
    public DeviceTensor Poisoned(DType type, int rows, int columns)
    {
        byte[] bytes = new byte[(long)rows * columns * type.Bytes()];
        MemoryMarshal.Cast<byte, uint>(bytes.AsSpan()).Fill(Canary);
        DeviceTensor tensor = Upload(bytes, type, rows, columns);
        _poisoned.Add(tensor);
        return tensor;
    }

    /// <summary>True while no op has written to any <see cref="Poisoned"/> tensor.</summary>
    public bool PoisonIsIntact => _poisoned.All(tensor => ReadInts(tensor).All(x => x == (int)Canary));

    /// <summary>Packs stored rows in one piece.</summary>
    public WeightMatrix Weight(StoredMatrix matrix)
    {
        long bytes = Device.PackedBytes(matrix.Shape);
        using PinnedBuffer packed = Device.AllocatePinned(bytes, "packed weight");
        Device.PackRows(matrix.Bytes, matrix.Shape, 0, matrix.Shape.Rows, packed, 0);
        return new(Upload(packed.Span(0, (int)bytes)), MarginBytes, matrix.Shape);
    }

    /// <summary>A cache whose keys and values are all canaries.</summary>
    public KvCacheLayer Cache(int kvHeads, int slots, int headDim)
    {
        DeviceTensor memory = Poisoned(DType.F32, 2 * kvHeads * slots, headDim);
        return new(memory.Buffer, memory.ByteOffset, DType.F32, kvHeads, slots, headDim);
    }

    public static DeviceTensor Memory(KvCacheLayer cache)
        => new(cache.Buffer, cache.ByteOffset, cache.Type, 2 * cache.KvHeads * cache.Slots, cache.HeadDim);

    public float[] ReadFloats(DeviceTensor tensor) => MemoryMarshal.Cast<byte, float>(Download(tensor.Buffer, tensor.ByteOffset, tensor.Bytes)).ToArray();

    public int[] ReadInts(DeviceTensor tensor) => MemoryMarshal.Cast<byte, int>(Download(tensor.Buffer, tensor.ByteOffset, tensor.Bytes)).ToArray();

    public void Dispose()
    {
        foreach ((DeviceBuffer buffer, long usedBytes) in _buffers)
        {
            Assert.That(Download(buffer, 0, MarginBytes), Is.All.EqualTo(0xA5), "bytes before a tensor");
            Assert.That(Download(buffer, MarginBytes + usedBytes, MarginBytes), Is.All.EqualTo(0xA5), "bytes behind a tensor");
            buffer.Dispose();
        }

        Queue.Dispose();
        Device.Dispose();
    }

    private DeviceTensor Upload(ReadOnlySpan<byte> bytes, DType type, int rows, int columns)
        => new(Upload(bytes), MarginBytes, type, rows, columns);

    private DeviceBuffer Upload(ReadOnlySpan<byte> bytes)
    {
        int total = bytes.Length + (2 * MarginBytes);
        DeviceBuffer buffer = Device.Allocate(total, "test");
        using PinnedBuffer staging = Device.AllocatePinned(total, "staging");
        staging.Span(0, total).Fill(0xA5);
        bytes.CopyTo(staging.Span(MarginBytes, bytes.Length));
        Queue.CopyToDevice(staging, 0, buffer, 0, total);
        _buffers.Add((buffer, bytes.Length));
        return buffer;
    }

    private byte[] Download(DeviceBuffer buffer, long offset, long bytes)
    {
        using PinnedBuffer staging = Device.AllocatePinned(Math.Max(bytes, 1), "staging");
        Queue.CopyToHost(buffer, offset, staging, 0, bytes);
        return staging.Span(0, (int)bytes).ToArray();
    }
}
