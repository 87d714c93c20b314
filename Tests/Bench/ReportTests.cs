using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Bench.Reporting;

namespace SpecExecNative.Tests.Bench;

public sealed class ReportTests
{
    private static readonly Report Sample = new(
        "cpu",
        "CPU (AVX2, 2 threads)",
        [
            new("fma peak", [new("threads", "2")], 123.4, "GFLOP/s"),
            new("gemm", [new("M", "64"), new("N", "688")], 61.7, "GFLOP/s", "FMA peak", 0.5),
        ]);

    [Test]
    public void JsonHoldsEveryFigure()
    {
        using JsonDocument json = JsonDocument.Parse(Sample.ToJson());
        JsonElement peak = json.RootElement.GetProperty("measurements")[0];
        JsonElement gemm = json.RootElement.GetProperty("measurements")[1];
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("machine").GetString(), Is.EqualTo("CPU (AVX2, 2 threads)"));
            Assert.That(peak.GetProperty("ratio").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(gemm.GetProperty("parameters").GetProperty("N").GetString(), Is.EqualTo("688"));
            Assert.That(gemm.GetProperty("value").GetDouble(), Is.EqualTo(61.7));
            Assert.That(gemm.GetProperty("unit").GetString(), Is.EqualTo("GFLOP/s"));
            Assert.That(gemm.GetProperty("reference").GetString(), Is.EqualTo("FMA peak"));
            Assert.That(gemm.GetProperty("ratio").GetDouble(), Is.EqualTo(0.5));
        });
    }

    [Test]
    public void MarkdownHasATableForEachNameWithItsParametersAsColumns()
    {
        string[] lines = Sample.ToMarkdown().Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines, Does.Contain("| threads | value | unit | reference | ratio |"));
            Assert.That(lines, Does.Contain("| M | N | value | unit | reference | ratio |"));
            Assert.That(lines, Does.Contain("| 64 | 688 | 61.7 | GFLOP/s | FMA peak | 0.50 |"));
        });
    }

    [Test]
    public void TheTimeOfAnActionIsTheTimeOfOneCall()
    {
        double seconds = new Timing(WarmUpMilliseconds: 1, Repeats: 3, SampleMilliseconds: 20).MedianSeconds(() => Thread.Sleep(5));
        Assert.That(seconds, Is.InRange(0.0045, 0.5));
    }
}
