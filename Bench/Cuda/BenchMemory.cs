using System.Runtime.InteropServices;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda;

/// <summary>Buffers of a card filled with small random numbers: zeros would flatter a card's clocks.</summary>
internal sealed class BenchMemory(ComputeDevice device, ComputeQueue queue) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    private delegate void SpanAction<T>(Span<T> span);

    /// <summary>A matrix of the device's elements, or of F32.</summary>
    public DeviceTensor Random(DType type, int rows, int columns, int seed)
    {
        DeviceTensor tensor = Uninitialised(type, rows, columns);
        Fill(tensor.Buffer, type, seed);
        return tensor;
    }

    public DeviceTensor Uninitialised(DType type, int rows, int columns)
    {
        DeviceBuffer buffer = device.Allocate((long)rows * columns * type.Bytes(), "benchmark");
        _owned.Add(buffer);
        return buffer.AsTensor(type, rows, columns);
    }

    /// <summary>A weight matrix; what its packed form pads with is random, too, and outside of every product.</summary>
    public WeightMatrix Weight(int rows, int columns, DType type, int seed)
    {
        var shape = new WeightShape(rows, columns, type);
        DeviceBuffer buffer = device.Allocate(device.PackedBytes(shape), "benchmark weight");
        _owned.Add(buffer);
        Fill(buffer, type, seed);
        return new WeightMatrix(buffer, 0, shape);
    }

    /// <summary>Weights of 4 bits, with small scales.</summary>
    public WeightMatrix Int4Weight(int rows, int columns, Int4Groups groups, int seed)
    {
        var shape = new WeightShape(rows, columns, DType.Int4, groups);
        DeviceBuffer buffer = device.Allocate(device.PackedBytes(shape), "benchmark weight");
        _owned.Add(buffer);
        long scales = Int4Layout.ScaleOffset(shape);
        long zeros = Int4Layout.ZeroOffset(shape);
        var random = new Random(seed);
        Fill(buffer, 0, scales, bytes => random.NextBytes(bytes));
        Fill(buffer, scales, zeros, bytes => FillElements(bytes, device.ActivationType, random));
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
        Upload(tensor.Buffer, MemoryMarshal.AsBytes(values));
        return tensor with { Columns = values.Length };
    }

    public void Dispose()
    {
        queue.Synchronize();
        _owned.ForEach(o => o.Dispose());
    }

    private void Fill(DeviceBuffer buffer, DType type, int seed)
    {
        var random = new Random(seed);
        Fill(buffer, 0, buffer.Bytes, bytes => FillElements(bytes, type, random));
    }

    /// <summary>One portion is made, and copied again and again.</summary>
    private void Fill(DeviceBuffer buffer, long first, long end, SpanAction<byte> make)
    {
        const int Portion = 1 << 22;
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

    private static void FillElements(Span<byte> bytes, DType type, Random random)
    {
        random.NextBytes(bytes);
        for (int last = type.Bytes() - 1; last < bytes.Length; last += type.Bytes())
        {
            bytes[last] = (byte)((bytes[last] & 0x80) | 0x2C); // sign and exponent: small and normal in every type
        }
    }

    private void Upload(DeviceBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        using PinnedBuffer staging = device.AllocatePinned(bytes.Length, "benchmark");
        bytes.CopyTo(staging.Span(0, bytes.Length));
        queue.CopyToDevice(staging, 0, buffer, 0, bytes.Length);
        queue.Synchronize();
    }
}
