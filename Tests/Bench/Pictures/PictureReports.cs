using System.Globalization;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;
using SpecExecNative.Tests.Bench.Reports;

namespace SpecExecNative.Tests.Bench.Pictures;

/// <summary>Small reports with the tables that pictures are drawn from.</summary>
internal static class PictureReports
{
    public const string Device = "CPU (AVX2, 2 threads)";

    /// <summary>Tokens per pass of Llama-2 7B and 70B on MT-Bench: the paper's figures 3 and 4, read by eye.</summary>
    public static Report Acceptance { get; } = Of(
        "generate",
        [
            Method("none", 0, 1, 0.18),
            Method("specexec", 16, 7.5, 1.31), Method("specexec", 128, 14.3, 2.34), Method("specexec", 1024, 19.5, 2.68), Method("specexec", 4096, 23.6, 2.04),
            Method("specinfer", 16, 6.9, 1.2), Method("specinfer", 128, 9.8, 1.6), Method("specinfer", 1024, 10.1, 1.4),
            Method("chain", 16, 3.6, 0.6),
        ]);

    public static Report Coverage { get; } = Of(
        "coverage",
        [.. new[] { ("7B → 70B", 0.80), ("160M → 70B", 0.38) }.SelectMany(pair => new[] { 1, 4, 16 }.Select(k => new Row(
            "coverage",
            [new("pair", pair.Item1), new("temperature", "1"), new("k", $"{k}")],
            [new Figure("covered", Math.Min(1, pair.Item2 + (0.05 * k)), ""), new Figure("± 95 %", 0.02, "")])))]);

    /// <summary>The same on one card as <c>kernels</c> has it, at the 70b shapes: 1000 GB/s and 100 TFLOP/s at most.</summary>
    public static Report Kernels { get; } = OfRows(
        "kernels",
        [new("shapes", "70b"), new("dtype", "f16")],
        [new Row("limits", [], [new Figure("memory copy", 1000, "GB/s"), new Figure("cuBLAS peak", 100, "TFLOP/s")])],
        [
            Product("target", 1, 0.9, 900), Product("draft", 1, 0.95, 950), Product("target", 256, 80, 312.5),
            new Row("attention, one row", [new("queue", "target"), new("prefix", "127"), new("nodes", "1")], [new Figure("keys and values read", 500, "GB/s")]),
            new Row("attention, tree", [new("queue", "target"), new("prefix", "128"), new("nodes", "64")], [new Figure("speed", 20, "TFLOP/s")]),
            new Row("top-k", [new("rows", "1")], [new Figure("logits read", 500, "GB/s")]),
        ]);

    /// <summary>A sweep of made-up times.</summary>
    public static Report Sweep(double[] links, int[] budgets) => Of(
        "sweep", [.. links.SelectMany(link => budgets.Select(budget => SweepRow(link.ToString(CultureInfo.InvariantCulture), $"{budget}", 100 / link, budget / 500.0)))]);

    public static Row SweepRow(string link, string budget, double stream, double compute)
    {
        double iteration = Math.Max(stream, compute) + 0.2;
        Figure Simulated(string name, double value, string unit) => new(name, value, unit, Origin.Simulated);
        return new Row(
            "sweep",
            [new("GPU", "RTX 4090"), new("target", "llama-2-70b, 4 bits"), new("draft", "llama-2-7b, 4 bits"), new("link", link), new("K", budget)],
            [
                Simulated("speed", 15 / iteration, "tokens/s"), Simulated("tokens per pass", 15, "tokens/pass"), Simulated("iteration", iteration, "s"),
                Simulated("stream", stream, "s"), Simulated("compute", compute, "s"), Simulated("draft", 0.15, "s"),
            ]);
    }

    public static Report Of(string command, IReadOnlyList<Row> rows) => OfRows(command, [], [], rows);

    private static Report OfRows(string command, IReadOnlyList<Parameter> settings, IReadOnlyList<Row> first, IReadOnlyList<Row> rows) => new(
        new ReportHead(command, settings, ["all"]), [SampleReports.Run(Shard.Whole, Device) with { Rows = first }], [new ReportCase("all", 0, 1, rows)], []);

    private static Row Method(string method, int budget, double tokens, double speed) => new(
        "acceptance",
        [new("temperature", "0.6, top-p 0.9"), new("draft temperature", "1"), new("method", method), new("K", $"{budget}")],
        [
            new Figure("tokens per pass", tokens, "tokens/pass"), new Figure("± 95 %", 0.4, "tokens/pass"), new Figure("speed", speed, "tokens/s"),
            new Figure("draft", 0.3, "s/pass"), new Figure("verify", 5.5, "s/pass"), new Figure("walk", 0.01, "s/pass"),
        ]);

    private static Row Product(string queue, int rows, double speed, double read) => new(
        "linear",
        [new("weights", "f16"), new("queue", queue), new("matrix", "qkv"), new("M", $"{rows}"), new("N", "1024"), new("K", "1024")],
        [new Figure("speed", speed, "TFLOP/s"), new Figure("weights read", read, "GB/s")]);
}
