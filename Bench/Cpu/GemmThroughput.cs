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
    /// <summary>Bytes of weights that no cache keeps from one turn to the next.</summary>
    private const long BeyondCaches = 64L << 20;

    /// <summary>GFLOP/s, and for a single row also GB/s of weights read (above the memory's when a cache holds them).</summary>
    public IEnumerable<Measurement> Measure(int rows, WeightShape shape)
    {
        using ComputeQueue queue = Device.CreateQueue("gemm");
        using var product = new BenchedProduct(Device, queue, rows, shape, copies: 1);
        double seconds = Timing.MedianSeconds(product.Run);

        KeyValuePair<string, string>[] parameters =
        [
            new("M", rows.ToString()), new("N", shape.Rows.ToString()), new("K", shape.Columns.ToString()), new("weights", NameOf(shape)),
        ];
        double gflops = 2.0 * rows * shape.Rows * shape.Columns / seconds / 1e9;
        yield return new("gemm", parameters, gflops, "GFLOP/s", "FMA peak", gflops / PeakGflops);
        if (rows == 1)
        {
            double gigabytes = shape.Rows * shape.RowBytes / seconds / 1e9;
            yield return new("gemm weights read", parameters, gigabytes, "GB/s", "memory read", gigabytes / ReadGigabytesPerSecond);
        }
    }

    /// <summary>
    /// A row times 4-bit weights against the same in bfloat16, turn about: with weights that stay in a cache, and with weights that come from
    /// memory each time, as a model's do.
    /// </summary>
    public IEnumerable<Measurement> CompareFourBits(WeightShape int4)
    {
        WeightShape bf16 = new(int4.Rows, int4.Columns, DType.BF16);
        foreach (bool fromMemory in new[] { false, true })
        {
            int copies = fromMemory ? (int)(BeyondCaches / ((long)int4.Rows * int4.Columns / 2)) : 1;
            using ComputeQueue queue = Device.CreateQueue("gemm");
            using var narrow = new BenchedProduct(Device, queue, 1, int4, copies);
            using var wide = new BenchedProduct(Device, queue, 1, bf16, copies);
            (double seconds, double ratio) = Timing.Against(narrow.Run, wide.Run);
            KeyValuePair<string, string>[] parameters =
            [
                new("M", "1"), new("N", int4.Rows.ToString()), new("K", int4.Columns.ToString()), new("weights", NameOf(int4)), new("from", fromMemory ? "memory" : "cache"),
            ];
            yield return new("gemm in 4 bits", parameters, 2.0 * int4.Rows * int4.Columns / seconds / 1e9, "GFLOP/s", "the same in BF16", ratio);
        }
    }

    private static string NameOf(WeightShape shape) => shape.Type == DType.Int4 ? $"Int4, groups of {shape.Groups.Size}" : shape.Type.ToString();
}
