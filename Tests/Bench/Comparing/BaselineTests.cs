using NUnit.Framework;
using SpecExecNative.Bench.Comparing;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;
using SpecExecNative.Tests.Bench.Reports;
using SpecExecNative.Tests.Bench.Running;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Comparing;

public sealed class BaselineTests
{
    private readonly List<string> _warnings = [];

    [SetUp]
    public void ForgetWarnings() => _warnings.Clear();

    [Test]
    public void RowsAreMatchedByTableAndParametersInAnyOrder()
    {
        Report old = Of("A", Row("gemm", "M=1 K=2", 10), Row("gemm", "M=2 K=2", 4), Row("gone", "", 1));
        Report compared = new Baseline("old.json", old).Compare(
            Of("A", Row("gemm", "K=2 M=1", 15), Row("gemm", "M=2 K=2", 4), Row("gemm", "M=3 K=2", 1)), _warnings.Add);
        Figure[] figures = [.. compared.Rows.SelectMany(r => r.Row.Figures)];
        Assert.Multiple(() =>
        {
            Assert.That(figures.Select(f => f.Baseline?.Ratio), Is.EqualTo(new double?[] { 1.5, 1, null }));
            Assert.That(figures[0].Baseline!.Value, Is.EqualTo(10));
            Assert.That(compared.Notes.Single(), Does.Contain("2 figures have a counterpart, 1 have none").And.Contain("1 rows are in the baseline only"));
            Assert.That(ReportFormats.Write(compared, ReportFormat.Markdown).Split('\n'), Does.Contain("| 3 | 2 | 1 | new |").Or.Contain("| 2 | 3 | 1 | new |"));
            Assert.That(_warnings, Is.Empty);
        });
    }

    [Test]
    public void AnotherUnitIsNoCounterpartAndNothingIsDividedByZero()
    {
        Report old = Of("A", new Row("t", [], [new Figure("time", 3, "ms"), new Figure("misses", 0, "")]));
        Report compared = new Baseline("old", old).Compare(Of("A", new Row("t", [], [new Figure("time", 3, "s"), new Figure("misses", 2, "")])), _warnings.Add);
        Figure[] figures = [.. compared.Rows.Single().Row.Figures];
        Assert.That(figures[0].Baseline, Is.Null);
        Assert.That(figures[1].Baseline, Is.EqualTo(new BaselineValue(0, null)));
    }

    [Test]
    public void AnotherDeviceAndOtherSettingsAreSaid()
    {
        Report old = Of("RTX 3090", Row("t", "", 1));
        old = old with { Head = old.Head with { Settings = [new("shapes", "8b")] } };
        Report compared = new Baseline("old", old).Compare(Of("RTX 4090", Row("t", "", 1)), _warnings.Add);
        Assert.That(_warnings, Has.Count.EqualTo(2).And.Some.Contains("RTX 3090").And.Some.Contains("shapes"));
        Assert.That(compared.Notes, Has.Some.Contains("compare devices, not programs"), "whoever reads the file must know, too");
    }

    [Test]
    public void TheOptionComparesAndAnotherSubcommandIsRefusedBeforeAnythingIsMeasured()
    {
        using var folder = new TemporaryDirectory();
        (string old, string other) = (Path.Combine(folder.Path, "old.csv"), Path.Combine(folder.Path, "other.json"));
        new FakeRun().Run("--out", old);
        var run = new FakeRun();
        Assert.That(run.Run("--baseline", old, "-o", "json"), Is.Zero);
        Assert.That(run.Printed.Rows.Skip(2).Select(r => r.Row.Figures[0].Baseline?.Ratio), Is.All.EqualTo(1.0));

        File.WriteAllText(other, ReportFormats.Write(SampleReports.Full, ReportFormat.Json));
        var refused = new FakeRun();
        Assert.That(() => refused.Run("--baseline", other), Throws.TypeOf<BaselineException>().With.Message.Contains("cpu"));
        Assert.That(refused.Opened, Is.Zero);
    }

    private static Row Row(string table, string parameters, double value) => new(
        table,
        [.. parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => new Parameter(p.Split('=')[0], p.Split('=')[1]))],
        [new Figure("speed", value, "GB/s")]);

    private static Report Of(string device, params Row[] rows) => new(
        new ReportHead("fake", [new("shapes", "70b")], ["all"]),
        [SampleReports.Run(Shard.Whole, device) with { Rows = [] }],
        [new ReportCase("all", 0, 1, rows)],
        []);
}
