using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Published;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Tests.Bench;

public sealed class PaperCommandTests
{
    private static string[] Command => ["paper", "--configs", TestData.Repository("Bench/configs")];

    [Test]
    public void ARowStandsBesideItsForecasts()
    {
        string[] cases = BenchProcess.List(Command);
        int fitted = Array.FindIndex(cases, name => name.StartsWith("table 3, RTX 4090", StringComparison.Ordinal));
        Report report = BenchProcess.Report([.. Command, "--shard", $"{fitted + 1}/{cases.Length}"]);
        Row row = report.CasesInOrder.Single().Rows.Single();
        Assert.Multiple(() =>
        {
            Assert.That(row.Find("speed")!.Origin, Is.EqualTo(Origin.Published));
            Assert.That(row.Find("iteration of their program")!.Origin, Is.EqualTo(Origin.Simulated));
            Assert.That(row.Find("iteration of their program")!.References.Single().Origin, Is.EqualTo(Origin.Published));
            Assert.That(row.Find("iteration of their program")!.References.Single().Ratio, Is.EqualTo(1).Within(0.01), "it is the row that the constant is fitted to");
            Assert.That(row.Find("speed of this program")!.Value, Is.GreaterThan(row.Find("speed")!.Value));
        });
    }

    [Test]
    public void NoForecastIsAboveTheLimitOfTheLink()
    {
        string[] cases = BenchProcess.List(Command);
        int card = Array.IndexOf(cases, "limits, RTX 3090, 4 bits");
        Report report = BenchProcess.Report([.. Command, "--shard", $"{card + 1}/{cases.Length}"]);
        Row[] rows = [.. report.CasesInOrder.Single().Rows];
        Assert.That(rows, Has.Length.EqualTo(2), "a 7B draft and a 1.1B one");
        Assert.That(rows.Select(r => r.Find("speed")!.Value / r.Find("limit of the link")!.Value), Is.All.InRange(0.5, 1));
        Assert.That(rows.Select(r => r.Find("speed")!.References.Single().Name), Is.All.EqualTo("SpecExec"));
    }

    /// <summary>Each figure names a source that the file explains, and the rates agree with each other as far as they were rounded.</summary>
    [Test]
    public void PublishedFiguresHaveSourcesAndAgree()
    {
        PublishedData data = PublishedData.Instance;
        string[] sources = [.. new[] { data.Runs.Select(r => r.Source), data.Others.Select(o => o.Source), data.Curves.Select(c => c.Source) }.SelectMany(s => s).Distinct()];
        Assert.That(sources, Is.SubsetOf(data.Sources.Keys));
        Assert.That(data.Runs.Select(r => (r.Table, r.Title, r.Budget)), Is.Unique);
        Assert.That(data.Runs.Where(r => r.Gpu.StartsWith("A100", StringComparison.Ordinal) && r.TargetBits == 16).Select(r => r.TokensPerSecond / r.Speedup), Is.All.EqualTo(0.168).Within(0.006), "plain decoding");
        foreach (PublishedCurve curve in data.Curves)
        {
            Assert.That(curve.Points.Select(p => p[0]), Is.Ordered.And.Unique, curve.Figure);
            Assert.That(curve.Points.Select(p => p[1]), Is.All.Positive);
        }
    }
}
