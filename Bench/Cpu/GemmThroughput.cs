using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cpu;

/// <summary><see cref="ComputeQueue.Linear"/> on random weights, against the machine's own limits.</summary>
/// <param name="Session">The device to measure, and its limits.</param>
internal sealed record GemmThroughput(CpuSession Session)
{
    /// <summary>Bytes of weights that no cache keeps from one turn to the next.</summary>
    private const long BeyondCaches = 64L << 20;

    private CpuLimits Limits => Session.Limits[^1];

    /// <summary>GFLOP/s, and for a single row also GB/s of weights read (above the memory's when a cache holds them).</summary>
    public Row Measure(int rows, WeightShape shape)
    {
        using ComputeQueue queue = Session.Cpu.CreateQueue("gemm");
        using var product = new BenchedProduct(Session.Cpu, queue, rows, shape, copies: 1);
        Samples seconds = Session.Timing.Seconds(product.Run);
        List<Figure> figures = [Speed(seconds, rows, shape).Against(CpuLimits.PeakName, Limits.PeakGflops)];
        if (rows == 1)
        {
            figures.Add(seconds.Rates(shape.Rows * shape.RowBytes / 1e9).Figure("weights read", "GB/s").Against(CpuLimits.ReadName, Limits.ReadGigabytesPerSecond));
        }

        return new Row("gemm", Parameters(rows, shape), figures);
    }

    /// <summary>
    /// A row times 4-bit weights against the same in bfloat16, turn about: with weights that stay in a cache, and with weights that come from
    /// memory each time, as a model's do.
    /// </summary>
    public IEnumerable<Row> CompareFourBits(WeightShape int4)
    {
        WeightShape bf16 = new(int4.Rows, int4.Columns, DType.BF16);
        foreach (bool fromMemory in new[] { false, true })
        {
            int copies = fromMemory ? (int)(BeyondCaches / ((long)int4.Rows * int4.Columns / 2)) : 1;
            using ComputeQueue queue = Session.Cpu.CreateQueue("gemm");
            using var narrow = new BenchedProduct(Session.Cpu, queue, 1, int4, copies);
            using var wide = new BenchedProduct(Session.Cpu, queue, 1, bf16, copies);
            (Samples seconds, Samples ratio) = Session.Timing.Against(narrow.Run, wide.Run);
            Parameter[] parameters = [.. Parameters(1, int4), new("from", fromMemory ? "memory" : "cache")];
            yield return new Row("gemm in 4 bits", parameters, [Speed(seconds, 1, int4), ratio.Figure("speed over BF16", "")]);
        }
    }

    /// <summary>As tables have it.</summary>
    public static string NameOf(WeightShape shape) => shape.Type == DType.Int4 ? $"Int4, groups of {shape.Groups.Size}" : shape.Type.ToString();

    private static Figure Speed(Samples seconds, int rows, WeightShape shape) => seconds.Rates(2.0 * rows * shape.Rows * shape.Columns / 1e9).Figure("speed", "GFLOP/s");

    private static Parameter[] Parameters(int rows, WeightShape shape)
        => [new("M", $"{rows}"), new("N", $"{shape.Rows}"), new("K", $"{shape.Columns}"), new("weights", NameOf(shape))];
}
