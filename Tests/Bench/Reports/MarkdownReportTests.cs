using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Reports.Tables;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Tests.Bench.Reports;

public sealed class MarkdownReportTests
{
    [Test]
    public void ATableHasItsParametersAndFiguresAsColumns()
    {
        string[] lines = Lines(
            new Row("gemm", [new("M", "1")], [Timed(61.7, 50.04).Against("best FMA", 123.4)]),
            new Row("gemm", [new("M", "16")], [Timed(123.4, 100).Against("best FMA", 123.4)]));
        Assert.That(lines, Is.SupersetOf(new[]
        {
            "*measured; medians of 15 samples*",
            "| M | speed, GFLOP/s | p95 | ÷ best FMA (123.4) |",
            "| 1 | 61.7 | 50.04 | 0.50 |",
            "| 16 | 123.4 | 100 | 1.00 |",
        }));
    }

    [Test]
    public void AReferenceThatChangesHasAColumnOfItsOwn() => Assert.That(
        Lines(
            new Row("t", [], [Timed(6, 5).Against("cuBLAS", 3)]),
            new Row("t", [], [Timed(6, 5).Against("cuBLAS", 2)])),
        Does.Contain("| speed, GFLOP/s | p95 | cuBLAS, GFLOP/s | ÷ cuBLAS |").And.Contain("| 6 | 5 | 2 | 3.00 |"));

    [Test]
    public void ATableOfSeveralOriginsNamesThemInEachColumn() => Assert.That(
        Lines(
            new Row("t", [new("GPU", "A")], [new Figure("speed", 2, "tokens/s", Origin.Simulated).Against("paper", 1, Origin.Published)]),
            new Row("t", [new("GPU", "B")], [new Figure("speed", 3, "tokens/s")])),
        Is.SupersetOf(new[]
        {
            "*measured and simulated and published*",
            "| GPU | speed, tokens/s (simulated) | paper, tokens/s (published) | ÷ paper | speed, tokens/s (measured) |",
            "| A | 2 | 1 | 2.00 |  |",
            "| B |  |  |  | 3 |",
        }));

    [Test]
    public void ABarEndsNoCell() => Assert.That(Lines(new Row("t", [new("GPU", "a|b")], [new Figure("f", 1, "")])), Does.Contain("| a\\|b | 1 |"));

    [Test]
    public void WhatIsMissingIsSaid()
    {
        string text = ReportFormats.Write(SampleReports.Full, ReportFormat.Markdown);
        Assert.That(text, Does.Contain("**Incomplete: 2 of 3 cases.**").And.Contain("shard 1/2").And.Contain("| run | threads |"));
    }

    [TestCase(0, "0")]
    [TestCase(10920.4, "10920")]
    [TestCase(0.012345, "0.01235")]
    [TestCase(-3.14159, "-3.142")]
    [TestCase(2.5e-7, "2.5e-7")]
    [TestCase(1e12, "1e12")]
    public void NumbersHaveFourDigits(double value, string text)
        => Assert.That(NumberText.Of(value), Is.EqualTo(text));

    private static Figure Timed(double value, double p95) => new("speed", value, "GFLOP/s") { P95 = p95, Samples = 15 };

    private static string[] Lines(params Row[] rows) => ReportFormats.Write(
        new Report(new ReportHead("cpu", [], ["all"]), [SampleReports.Run(Shard.Whole) with { Rows = [] }], [new ReportCase("all", 0, 1, rows)], []),
        ReportFormat.Markdown).Split('\n');
}
