using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Comparing;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Tests.Bench.Running;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Comparing;

public sealed class MergeTests
{
    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryDirectory();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void ShardsOfEveryFormatMergeIntoTheWhole()
    {
        var whole = new FakeRun();
        whole.Run("-o", "json");
        string[] parts = [Shard("1/3", "a.json"), Shard("2/3", "b.csv"), Shard("3/3", "c.jsonl")];
        (int code, string output, string error) = Bench(["merge", .. parts, parts[1], "-o", "json"]);
        Report merged = ReportReader.Read(output, ReportFormat.Json, "merged");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero);
            Assert.That(error, Is.Empty);
            Assert.That(merged.CasesInOrder.Select(c => (c.Name, c.Rows.Single().Figures.Single().Value)), Is.EqualTo(
                whole.Printed.CasesInOrder.Select(c => (c.Name, c.Rows.Single().Figures.Single().Value))));
            Assert.That(merged.Runs.Select(r => r.Shard.ToString()), Is.EqualTo(new[] { "1/3", "2/3", "3/3" }), "a part that is there twice counts once");
            Assert.That(merged.Cases.Single(c => c.Name == "case 1").Run, Is.EqualTo(1), "each case belongs to its own shard's machine and limits");
        });
    }

    [Test]
    public void MissingShardsAreNamed()
    {
        string target = Path.Combine(_folder.Path, "merged.json");
        (int code, _, string error) = Bench("merge", Shard("1/3", "a.json"), Shard("3/3", "c.json"), "--out", target);
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(BenchExitCode.Failed));
            Assert.That(error.TrimEnd(), Is.EqualTo("missing: shard 2/3, 2 cases: case 1; case 4"));
            Assert.That(ReportReader.Read(target).MissingCases, Has.Count.EqualTo(2), "what there is is written");
        });
        (code, _, _) = Bench("merge", target, Shard("2/3", "b.json"), "--out", target);
        Assert.That(code, Is.Zero, "and can be completed later");
    }

    [Test]
    public void ContradictionsAreRefused()
    {
        Report first = SampleReportOf(1);
        Assert.That(
            () => ReportMerge.Merge([("a", first), ("b", SampleReportOf(2))]),
            Throws.TypeOf<MergeException>().With.Message.EqualTo("b: it contradicts a: both have measured \"x\""));
    }

    [Test]
    public void PartsOfOtherRunsAreRefused()
    {
        Report report = SampleReportOf(1);
        Report[] others =
        [
            report with { Head = report.Head with { Command = "cpu" } },
            report with { Head = report.Head with { Settings = [new("K", "2")] } },
            report with { Head = report.Head with { Plan = ["x", "z"] } },
        ];
        foreach (Report other in others)
        {
            Assert.That(() => ReportMerge.Merge([("a", report), ("b", other)]), Throws.TypeOf<MergeException>());
        }
    }

    [Test]
    public void ADamagedPartIsNamed()
    {
        string part = Path.Combine(_folder.Path, "damaged.json");
        File.WriteAllText(part, "{");
        (int code, string output, string error) = Bench("merge", part);
        Assert.That((code, output), Is.EqualTo((BenchExitCode.Usage, "")));
        Assert.That(error, Does.StartWith("error: damaged.json: it is no valid JSON").And.Not.Contain("   at "));
    }

    private static Report SampleReportOf(double value) => new(
        new ReportHead("fake", [], ["x", "y"]),
        [Reports.SampleReports.Run(SpecExecNative.Bench.Running.Shard.Whole)],
        [new ReportCase("x", 0, 1, [new Row("t", [], [new Figure("f", value, "")])])],
        []);

    private string Shard(string shard, string file)
    {
        string path = Path.Combine(_folder.Path, file);
        Assert.That(new FakeRun().Run("--shard", shard, "--out", path), Is.Zero);
        return path;
    }

    private static (int Code, string Output, string Error) Bench(params string[] args)
    {
        (StringWriter output, StringWriter error) = (new StringWriter(), new StringWriter());
        int code = BenchApplication.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
