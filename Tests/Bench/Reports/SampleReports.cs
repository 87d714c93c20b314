using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Machine;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Tests.Bench.Reports;

/// <summary>Reports with everything that the format knows.</summary>
internal static class SampleReports
{
    public static MachineFacts Machine(string device = "CPU (AVX2, 2 threads)") => new([new("device", device), new("os", "Linux 6.1"), new("commit", "unknown")]);

    public static ReportRun Run(Shard shard, string device = "CPU (AVX2, 2 threads)", double peak = 229.1) => new(
        shard,
        new DateTimeOffset(2026, 11, 27, 12, 30, 15, 250, TimeSpan.Zero),
        Machine(device),
        [new Row("limits", [new("threads", "2")], [new Figure("best FMA", peak, "GFLOP/s") { Samples = 15 }])]);

    public static Report Full { get; } = new(
        new ReportHead("cpu", [new("threads", "2"), new("model", "target (0123abcd)")], ["gemm, BF16", "odd \"names\", with | and # and µ", "not done yet"]),
        [Run(new Shard(1, 2)), Run(new Shard(2, 2), "CPU (AVX-512, 2 threads)")],
        [
            new ReportCase("gemm, BF16", 0, 1.25, [
                new Row("gemm", [new("M", "64"), new("weights", "BF16")],
                [
                    new Figure("speed", 61.7, "GFLOP/s") { P95 = 50.1, Samples = 15 }.Against("best FMA", 123.4).With(new FigureReference("llama2.c", 2.4)),
                    new Figure("weights read", 1e-7 / 3, "GB/s") { Baseline = new BaselineValue(0, null) },
                ]),
            ]),
            new ReportCase("odd \"names\", with | and # and µ", 1, null, [
                new Row("odd, \"table\"", [new("GPU", " # \"RTX\", 4090 ")],
                [
                    new Figure("iteration", 2.38, "s", Origin.Simulated) { Baseline = new BaselineValue(1.19, 2) }.Against("paper", 2.38, Origin.Published),
                    new Figure("tokens", -0.0, "", Origin.Published) { Samples = 59 },
                ]),
            ]),
        ],
        ["A note, with a comma."]);
}
