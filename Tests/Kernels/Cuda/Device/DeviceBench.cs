using System.Runtime.InteropServices;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Tests.Kernels.Cuda.Kernels;

namespace SpecExecNative.Tests.Kernels.Cuda.Device;

/// <summary>A device and a queue for one op: the same test drives the card and the CPU.</summary>
internal sealed class DeviceBench(ComputeDevice device, RowResults results = RowResults.Invariant) : IDisposable
{
    private const int Canary = unchecked((int)0xFFFFFFFF); // a NaN in every type

    private readonly List<IDisposable> _owned = [];

    public ComputeDevice Device => device;

    public ComputeQueue Queue { get; } = device.CreateQueue("test", results);

    public DeviceTensor Floats(float[] values, int rows) => Upload(MemoryMarshal.AsBytes<float>(values), DType.F32, rows, values.Length / rows);

    public DeviceTensor Ints(params int[] values) => Upload(MemoryMarshal.AsBytes<int>(values), DType.I32, 1, values.Length);

    /// <summary>Values that binary16 holds exactly, in the device's activation type.</summary>
    public DeviceTensor Activations(float[] values, int rows)
    {
        if (device.ActivationType == DType.F32)
        {
            return Floats(values, rows);
        }

        ushort[] elements = [.. values.Select(x => device.ActivationType == DType.F16 ? BitConverter.HalfToUInt16Bits((Half)x) : (ushort)(BitConverter.SingleToUInt32Bits(x) >> 16))];
        return Upload(MemoryMarshal.AsBytes<ushort>(elements), device.ActivationType, rows, values.Length / rows);
    }

    /// <summary>An output that is NaN, or −1, until it is written.</summary>
    public DeviceTensor Output(DType type, int rows, int columns)
    {
        byte[] bytes = new byte[rows * columns * type.Bytes()];
        Array.Fill(bytes, unchecked((byte)Canary));
        return Upload(bytes, type, rows, columns);
    }

    public WeightMatrix Weight(float[] values, int rows)
    {
        WeightShape shape = new(rows, values.Length / rows, DType.F32);
        long bytes = device.PackedBytes(shape);
        PinnedBuffer packed = Own(device.AllocatePinned(bytes, "weight"));
        device.PackRows(MemoryMarshal.AsBytes<float>(values), shape, 0, rows, packed, 0);
        DeviceBuffer buffer = Own(device.Allocate(bytes, "weight"));
        Queue.CopyToDevice(packed, 0, buffer, 0, bytes);
        return new WeightMatrix(buffer, 0, shape);
    }

    /// <summary>A matrix of 4-bit weights.</summary>
    public WeightMatrix Int4(Int4Weights weights)
    {
        long bytes = device.PackedBytes(weights.Shape);
        PinnedBuffer packed = Own(device.AllocatePinned(bytes, "weight"));
        device.PackRows(weights.Rows, weights.Shape, 0, weights.Shape.Rows, packed, 0);
        DeviceBuffer buffer = Own(device.Allocate(bytes, "weight"));
        Queue.CopyToDevice(packed, 0, buffer, 0, bytes);
        return new WeightMatrix(buffer, 0, weights.Shape);
    }

    /// <summary>A cache with these keys and values, <c>[k|v][kvHead][slot][headDim]</c>.</summary>
    public KvCacheLayer Cache(float[] values, int kvHeads, int slots, int headDim)
    {
        DeviceTensor memory = Activations(values, 1);
        return new KvCacheLayer(memory.Buffer, 0, device.KvType, kvHeads, slots, headDim);
    }

    /// <summary>What a cache holds.</summary>
    public float[] Read(KvCacheLayer cache) => Read(new DeviceTensor(cache.Buffer, cache.ByteOffset, cache.Type, 2 * cache.KvHeads * cache.Slots, cache.HeadDim));

    public float[] Read(DeviceTensor tensor)
    {
        byte[] bytes = Download(tensor);
        return tensor.Type switch
        {
            DType.F32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            DType.I32 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(x => (float)x)],
            DType.F16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(x => (float)BitConverter.UInt16BitsToHalf(x))],
            _ => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(x => BitConverter.UInt32BitsToSingle((uint)x << 16))],
        };
    }

    /// <summary>Waits first: memory must not go while queued work uses it. Where the card is gone, nothing does.</summary>
    /// <summary>The 32-bit words of a tensor, as they are.</summary>
    public uint[] ReadWords(DeviceTensor tensor) => MemoryMarshal.Cast<byte, uint>(Download(tensor)).ToArray();

    public void Dispose()
    {
        try
        {
            Queue.Synchronize();
        }
        catch (CudaException)
        {
            // Whoever lost the card has been told already.
        }

        _owned.ForEach(item => item.Dispose());
        Queue.Dispose();
    }

    public T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }

    private DeviceTensor Upload(ReadOnlySpan<byte> bytes, DType type, int rows, int columns)
    {
        PinnedBuffer host = Own(device.AllocatePinned(Math.Max(bytes.Length, 1), "test"));
        bytes.CopyTo(host.Span(0, bytes.Length));
        DeviceBuffer buffer = Own(device.Allocate(Math.Max(bytes.Length, 1), "test"));
        Queue.CopyToDevice(host, 0, buffer, 0, bytes.Length);
        return new DeviceTensor(buffer, 0, type, rows, columns);
    }

    private byte[] Download(DeviceTensor tensor)
    {
        using PinnedBuffer host = device.AllocatePinned(Math.Max(tensor.Bytes, 1), "test");
        Queue.CopyToHost(tensor.Buffer, tensor.ByteOffset, host, 0, tensor.Bytes);
        Queue.Synchronize();
        return host.Span(0, (int)tensor.Bytes).ToArray();
    }
}
