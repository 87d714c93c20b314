using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;
using SpecExecNative.Tests.Bench.Pictures;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Running;

/// <summary><c>--plots</c> and <c>--report</c>, of runs and of <c>merge</c>.</summary>
public sealed class PictureOptionsTests
{
    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryDirectory();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void AnExistingFileIsDrawn()
    {
        (int code, string error) = Merge(PictureReports.Coverage, "--plots", _folder["plots/of it"], "--report", _folder["page.html"]);
        Assert.Multiple(() =>
        {
            Assert.That((code, error), Is.EqualTo((BenchExitCode.Success, "")));
            Assert.That(Names("plots/of it"), Is.EquivalentTo(new[] { "coverage-1.png", "coverage-1.svg" }));
            Assert.That(File.ReadAllText(_folder["page.html"]), Does.Contain("7B → 70B").And.Contain("data:image/svg+xml"));
        });
    }

    [Test]
    public void ARunWithoutPicturesSaysSoAndStillHasAPage()
    {
        var run = new FakeRun();
        int code = run.Run("--plots", _folder["plots"], "--report", _folder["page.html"], "-o", "json");
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.Zero);
            Assert.That(run.Printed.Cases, Has.Count.EqualTo(FakeRun.Cases));
            Assert.That(run.Error, Does.Contain("no picture is drawn: fake has no table that one is drawn from"));
            Assert.That(Names("plots"), Is.Empty);
            Assert.That(File.ReadAllText(_folder["page.html"]), Does.Contain("<h2>squares</h2>"));
        });
    }

    [TestCase("--report", "nowhere/page.html")]
    [TestCase("--plots", "a file")]
    public void APlaceThatCannotBeWrittenIsRefusedBeforeAnythingIsMeasured(string option, string place)
    {
        File.WriteAllText(_folder["a file"], "");
        var run = new FakeRun();
        Assert.That(() => run.Run(option, _folder[place]), Throws.TypeOf<BenchException>().With.Message.StartsWith(option));
        Assert.That(run.Opened, Is.Zero);
    }

    [Test]
    public void APageOfAnotherKindIsRefused()
    {
        (int code, string error) = Merge(PictureReports.Coverage, "--report", _folder["page.md"]);
        Assert.That(code, Is.EqualTo(BenchExitCode.Usage));
        Assert.That(error, Does.Contain("--report must be like FILE.html"));
    }

    [Test]
    public void FiguresAreNotLostForWantOfAPicture()
    {
        using StringWriter printed = new();
        var output = new ReportOutput(ReportFormat.Markdown, [], new PictureOutput(_folder["gone"], null), null);
        Assert.That(() => output.Write(PictureReports.Coverage, printed, _ => { }), Throws.InstanceOf<IOException>());
        Assert.That(printed.ToString(), Does.Contain("## coverage"));
    }

    private (int Code, string Error) Merge(Report report, params string[] options)
    {
        string file = _folder["report.json"];
        File.WriteAllText(file, ReportFormats.Write(report, ReportFormat.Json));
        using StringWriter error = new();
        int code = BenchApplication.Run(["merge", file, .. options], TextWriter.Null, error);
        return (code, error.ToString());
    }

    private string[] Names(string folder) => [.. Directory.GetFiles(_folder[folder]).Select(f => Path.GetFileName(f))];
}
