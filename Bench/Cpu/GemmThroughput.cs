using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Bench.Cpu;

/// <summary><see cref="ComputeQueue.Linear"/> on random weights, against the machine's own limits.</summary>
/// <param name="Device">The device to measure.</param>
/// <param name="PeakGflops">Its measured multiply-add peak.</param>
/// <param name="ReadGigabytesPerSecond">Its measured bandwidth.</param>
/// <param name="Timing">How long to measure.</param>
internal sealed record GemmThroughput(CpuDevice Device, double PeakGflops, double ReadGigabytesPerSecond, Timing Timing)
{
    /// <summary>GFLOP/s, and for a single row also GB/s of weights read (above the memory's when a cache holds them).</summary>
    public IEnumerable<Measurement> Measure(int rows, WeightShape shape)
    {
        using ComputeQueue queue = Device.CreateQueue("gemm");
        using DeviceBuffer weight = RandomWeight(queue, shape);
        using DeviceBuffer input = Zeros(queue, (long)rows * shape.Columns);
        using DeviceBuffer output = Device.Allocate((long)rows * shape.Rows * sizeof(float), "gemm output");
        DeviceTensor from = input.AsTensor(DType.F32, rows, shape.Columns);
        DeviceTensor to = output.AsTensor(DType.F32, rows, shape.Rows);
        WeightMatrix matrix = new(weight, 0, shape);
        double seconds = Timing.MedianSeconds(() => queue.Linear(from, matrix, null, to, LinearOutput.Store));

        KeyValuePair<string, string>[] parameters =
        [
            new("M", rows.ToString()), new("N", shape.Rows.ToString()), new("K", shape.Columns.ToString()), new("weights", shape.Type.ToString()),
        ];
        double gflops = 2.0 * rows * shape.Rows * shape.Columns / seconds / 1e9;
        yield return new("gemm", parameters, gflops, "GFLOP/s", "FMA peak", gflops / PeakGflops);
        if (rows == 1)
        {
            double gigabytes = shape.Rows * shape.RowBytes / seconds / 1e9;
            yield return new("gemm weights read", parameters, gigabytes, "GB/s", "memory read", gigabytes / ReadGigabytesPerSecond);
        }
    }

    private DeviceBuffer RandomWeight(ComputeQueue queue, WeightShape shape)
    {
        byte[] row = new byte[shape.RowBytes];
        Random random = new(1);
        using PinnedBuffer packed = Device.AllocatePinned(Device.PackedBytes(shape), "gemm weight");
        for (int i = 0; i < shape.Rows; i++)
        {
            random.NextBytes(row);
            for (int last = shape.Type.Bytes() - 1; last < row.Length; last += shape.Type.Bytes())
            {
                // The top byte holds sign and exponent: this one keeps every type's values small and normal.
                row[last] = (byte)((row[last] & 0x80) | 0x2C);
            }

            Device.PackRows(row, shape, i, 1, packed, 0);
        }

        DeviceBuffer weight = Device.Allocate(packed.Bytes, "gemm weight");
        queue.CopyToDevice(packed, 0, weight, 0, packed.Bytes);
        queue.Synchronize();
        return weight;
    }

    private DeviceBuffer Zeros(ComputeQueue queue, long count)
    {
        long bytes = count * sizeof(float);
        using PinnedBuffer zeros = Device.AllocatePinned(bytes, "gemm input");
        zeros.Span(0, (int)bytes).Clear();
        DeviceBuffer buffer = Device.Allocate(bytes, "gemm input");
        queue.CopyToDevice(zeros, 0, buffer, 0, bytes);
        queue.Synchronize();
        return buffer;
    }
}
