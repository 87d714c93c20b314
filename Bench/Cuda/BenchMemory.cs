using System.Runtime.InteropServices;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda;

/// <summary>Buffers of a card filled with random numbers: zeros would flatter a card's clocks.</summary>
internal sealed class BenchMemory(ComputeDevice device, ComputeQueue queue) : IDisposable
{
    /// <summary>Bytes of every number in memory that a kernel is to write: NaN in every type, or −1.</summary>
    private const byte Poison = 0xFF;

    /// <summary>No multiple of a row's bytes: what lies one portion further on must not look the same to a kernel that goes astray by rows.</summary>
    private const int Portion = (1 << 22) - 104;

    private readonly List<IDisposable> _owned = [];
    private PinnedBuffer? _reading;

    private delegate void SpanAction<T>(Span<T> span);

    /// <summary>A matrix of the device's elements, or of F32, of small numbers: weights.</summary>
    public DeviceTensor Random(DType type, int rows, int columns, int seed)
    {
        DeviceTensor tensor = Uninitialised(type, rows, columns);
        Fill(tensor.Buffer, type, seed, SmallExponent(type));
        return tensor;
    }

    /// <summary>The same of numbers about 1: activations, logits.</summary>
    public DeviceTensor Ones(DType type, int rows, int columns, int seed)
    {
        DeviceTensor tensor = Uninitialised(type, rows, columns);
        FillOnes(tensor, seed);
        return tensor;
    }

    /// <summary>Fills the tensor's whole buffer with numbers about 1.</summary>
    public void FillOnes(DeviceTensor tensor, int seed) => Fill(tensor.Buffer, tensor.Type, seed, UnitExponent(tensor.Type));

    public DeviceTensor Uninitialised(DType type, int rows, int columns)
        => Own(device.Allocate((long)rows * columns * type.Bytes(), "benchmark")).AsTensor(type, rows, columns);

    /// <summary>A matrix that is NaN, or −1, until it is written.</summary>
    public DeviceTensor Poisoned(DType type, int rows, int columns)
    {
        DeviceTensor tensor = Uninitialised(type, rows, columns);
        PoisonAll(tensor);
        return tensor;
    }

    /// <summary>Makes the tensor's whole buffer look unwritten.</summary>
    public void PoisonAll(DeviceTensor tensor) => Fill(tensor.Buffer, 0, tensor.Buffer.Bytes, bytes => bytes.Fill(Poison));

    /// <summary>A weight matrix; what its packed form pads with is random, too, and outside of every product.</summary>
    public WeightMatrix Weight(int rows, int columns, DType type, int seed)
    {
        var shape = new WeightShape(rows, columns, type);
        DeviceBuffer buffer = Own(device.Allocate(device.PackedBytes(shape), "benchmark weight"));
        Fill(buffer, type, seed, SmallExponent(type));
        return new WeightMatrix(buffer, 0, shape);
    }

    /// <summary>Weights of 4 bits, with small scales.</summary>
    public WeightMatrix Int4Weight(int rows, int columns, Int4Groups groups, int seed)
    {
        var shape = new WeightShape(rows, columns, DType.Int4, groups);
        DeviceBuffer buffer = Own(device.Allocate(device.PackedBytes(shape), "benchmark weight"));
        long scales = Int4Layout.ScaleOffset(shape);
        long zeros = Int4Layout.ZeroOffset(shape);
        var random = new Random(seed);
        Fill(buffer, 0, scales, bytes => random.NextBytes(bytes));
        Fill(buffer, scales, zeros, bytes => FillElements(bytes, device.ActivationType, random, SmallExponent(device.ActivationType)));
        Fill(buffer, zeros, buffer.Bytes, bytes =>
        {
            random.NextBytes(bytes);
            foreach (ref byte zero in bytes)
            {
                zero &= 15;
            }
        });
        return new WeightMatrix(buffer, 0, shape);
    }

    public DeviceTensor Ints(ReadOnlySpan<int> values)
    {
        DeviceTensor tensor = Uninitialised(DType.I32, 1, Math.Max(1, values.Length));
        Write(tensor.Buffer, 0, MemoryMarshal.AsBytes(values));
        return tensor with { Columns = values.Length };
    }

    /// <summary>Pinned memory of random bytes.</summary>
    public PinnedBuffer Pinned(int bytes, int seed)
    {
        PinnedBuffer pinned = Own(device.AllocatePinned(bytes, "benchmark"));
        new Random(seed).NextBytes(pinned.Span(0, bytes));
        return pinned;
    }

    /// <summary>Copies bytes of the host to the card, and waits.</summary>
    public void Write(DeviceBuffer buffer, long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        using PinnedBuffer staging = device.AllocatePinned(bytes.Length, "benchmark");
        bytes.CopyTo(staging.Span(0, bytes.Length));
        queue.CopyToDevice(staging, 0, buffer, offset, bytes.Length);
        queue.Synchronize();
    }

    /// <summary>Bytes of some elements of a tensor; waits for the queue, not for others.</summary>
    public byte[] Read(DeviceTensor tensor, long first, int count) => Read(tensor.Buffer, tensor.ByteOffset + (first * tensor.Type.Bytes()), count * tensor.Type.Bytes());

    /// <summary>Bytes of a buffer.</summary>
    public byte[] Read(DeviceBuffer buffer, long offset, int bytes)
    {
        if (_reading is null || _reading.Bytes < bytes)
        {
            _reading = Own(device.AllocatePinned(bytes, "benchmark")); // kept: pinning takes longer than copying
        }

        queue.CopyToHost(buffer, offset, _reading, 0, bytes);
        queue.Synchronize();
        return _reading.Span(0, bytes).ToArray();
    }

    public T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }

    public void Dispose()
    {
        try
        {
            queue.Synchronize();
        }
        finally
        {
            _owned.ForEach(o => o.Dispose());
        }
    }

    private void Fill(DeviceBuffer buffer, DType type, int seed, byte exponent)
    {
        var random = new Random(seed);
        Fill(buffer, 0, buffer.Bytes, bytes => FillElements(bytes, type, random, exponent));
    }

    /// <summary>One portion is made, and copied again and again.</summary>
    private void Fill(DeviceBuffer buffer, long first, long end, SpanAction<byte> make)
    {
        if (first == end)
        {
            return;
        }

        using PinnedBuffer staging = device.AllocatePinned(Math.Min(Portion, end - first), "benchmark");
        make(staging.Span(0, (int)staging.Bytes));
        for (long at = first; at < end; at += staging.Bytes)
        {
            queue.CopyToDevice(staging, 0, buffer, at, Math.Min(staging.Bytes, end - at));
        }

        queue.Synchronize();
    }

    /// <summary>Random signs and fractions under one exponent.</summary>
    private static void FillElements(Span<byte> bytes, DType type, Random random, byte exponent)
    {
        random.NextBytes(bytes);
        for (int last = type.Bytes() - 1; last < bytes.Length; last += type.Bytes())
        {
            bytes[last] = (byte)((bytes[last] & 0x80) | exponent);
        }
    }

    /// <summary>The upper byte of numbers about 1/16.</summary>
    private static byte SmallExponent(DType type) => type == DType.F16 ? (byte)0x2C : (byte)0x3D;

    /// <summary>The upper byte of numbers from 1/2 to 2; of F16, from 3/4 to 7/8.</summary>
    private static byte UnitExponent(DType type) => type == DType.F16 ? (byte)0x3A : (byte)0x3F;
}
