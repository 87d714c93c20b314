using System.Runtime.InteropServices;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>Buffers of a card filled with small random numbers: zeros would flatter a card's clocks.</summary>
internal sealed class BenchMemory(ComputeDevice device, ComputeQueue queue) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

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
        const int Portion = 1 << 22;
        var random = new Random(seed);
        using PinnedBuffer staging = device.AllocatePinned(Math.Min(Portion, buffer.Bytes), "benchmark");
        Span<byte> bytes = staging.Span(0, (int)staging.Bytes);
        random.NextBytes(bytes);
        for (int last = type.Bytes() - 1; last < bytes.Length; last += type.Bytes())
        {
            bytes[last] = (byte)((bytes[last] & 0x80) | 0x2C); // sign and exponent: small and normal in every type
        }

        for (long at = 0; at < buffer.Bytes; at += staging.Bytes)
        {
            queue.CopyToDevice(staging, 0, buffer, at, Math.Min(staging.Bytes, buffer.Bytes - at));
        }

        queue.Synchronize();
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
