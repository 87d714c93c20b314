using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Running;

/// <summary>Interruptions, continuations and shards of a run whose cases cost nothing.</summary>
public sealed class RunTests
{
    private TemporaryDirectory _folder = null!;

    private string Out => Path.Combine(_folder.Path, "result.json");

    private string JournalPath => Out + ".journal";

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryDirectory();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void ARunLeavesItsFilesAndNothingElse()
    {
        var run = new FakeRun();
        Assert.That(run.Run("--out", Out, "--out", Path.Combine(_folder.Path, "result.md"), "-o", "json"), Is.EqualTo(BenchExitCode.Success));
        Assert.Multiple(() =>
        {
            Assert.That(Directory.GetFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "result.json", "result.md" }));
            Assert.That(File.ReadAllText(Out), Is.EqualTo(run.Output), "standard output has the product and nothing else");
            Assert.That(run.Printed.MissingCases, Is.Empty);
        });
    }

    [Test]
    public void AFileWithoutAKnownExtensionBecomesTwo()
    {
        Assert.That(new FakeRun().Run("--out", Path.Combine(_folder.Path, "draft-0.6")), Is.Zero);
        Assert.That(Directory.GetFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "draft-0.6.md", "draft-0.6.json" }));
    }

    [Test]
    public void AnInterruptedRunSaysSoAndIsResumedToTheSameRows([Values(0, 3, 6)] int at)
    {
        var whole = new FakeRun();
        whole.Run("-o", "json");
        var broken = new FakeRun { OnCase = (i, cancellation) => InterruptAt(at, i, cancellation) };
        Assert.That(broken.Run("--out", Out, "-o", "json"), Is.EqualTo(BenchExitCode.Interrupted));
        Assert.That(broken.Error, Does.Contain($"interrupted: {at} of 7 cases are done").And.Contain("--resume").And.Contain("result.json.journal"));
        Assert.That(broken.Printed.MissingCases, Has.Count.EqualTo(7 - at), "what there is is printed");
        Assert.That(ReportReader.Read(Out).Cases, Has.Count.EqualTo(at), "and written");

        var resumed = new FakeRun();
        Assert.That(resumed.Run("--out", Out, "--resume", "-o", "json"), Is.EqualTo(BenchExitCode.Success));
        Assert.Multiple(() =>
        {
            Assert.That(resumed.Measured, Has.Count.EqualTo(7 - at), "nothing is measured twice");
            Assert.That(RowsOf(resumed.Printed), Is.EqualTo(RowsOf(whole.Printed)));
            Assert.That(resumed.Printed.Runs, Has.Count.EqualTo(2), "the file says that there were two sittings");
            Assert.That(File.Exists(JournalPath), Is.False);
        });
    }

    [Test]
    public void ACaseThatEndsDespiteTheInterruptionCounts()
    {
        var run = new FakeRun { OnCase = (i, cancellation) => InterruptAt(2, i - 1, cancellation) };
        Assert.That(run.Run("--out", Out, "-o", "json"), Is.EqualTo(BenchExitCode.Interrupted));
        Assert.That(run.Measured, Has.Count.EqualTo(3));
    }

    [Test]
    public void ALineThatBrokeOffWasNotDone([Range(1, 60, 7)] int lost)
    {
        new FakeRun { OnCase = (i, cancellation) => InterruptAt(4, i, cancellation) }.Run("--out", Out);
        byte[] journal = File.ReadAllBytes(JournalPath);
        File.WriteAllBytes(JournalPath, journal[..^lost]);

        var resumed = new FakeRun();
        Assert.That(resumed.Run("--out", Out, "--resume", "-o", "json"), Is.Zero);
        Assert.That(resumed.Measured, Has.Count.EqualTo(4), "case 3 once more, then 4 to 6");
        Assert.That(resumed.Printed.MissingCases, Is.Empty);
    }

    [Test]
    public void TheJournalOfAnotherRunIsRefused()
    {
        new FakeRun { OnCase = (i, cancellation) => InterruptAt(1, i, cancellation) }.Run("--out", Out);
        Assert.That(
            () => new FakeRun { Setting = "2" }.Run("--out", Out, "--resume"),
            Throws.TypeOf<JournalException>().With.Message.Contains("setting = 1 instead of 2"));
    }

    [TestCase("{\"schema\":\"specexec-bench/9\"}\n")]
    [TestCase("not a journal\n")]
    public void AJournalOfAnotherVersionOrNoneIsRefused(string text)
    {
        File.WriteAllText(JournalPath, text);
        Assert.That(() => new FakeRun().Run("--out", Out, "--resume"), Throws.TypeOf<ReportFormatException>());
        Assert.That(File.ReadAllText(JournalPath), Is.EqualTo(text), "it is left as it is");
    }

    [Test]
    public void ANewRunPutsAForgottenJournalAside()
    {
        new FakeRun { OnCase = (i, cancellation) => InterruptAt(1, i, cancellation) }.Run("--out", Out);
        var fresh = new FakeRun();
        Assert.That(fresh.Run("--out", Out), Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(fresh.Measured, Has.Count.EqualTo(7));
            Assert.That(fresh.Error, Does.Contain("result.json.journal.old"));
            Assert.That(File.Exists(JournalPath + ".old"));
        });
    }

    [Test]
    public void TwoProcessesDoNotShareAJournal()
    {
        using (new FileStream(JournalPath, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Assert.That(() => new FakeRun().Run("--out", Out), Throws.TypeOf<JournalException>());
            Assert.That(() => new FakeRun().Run("--out", Out, "--resume"), Throws.TypeOf<JournalException>());
        }
    }

    [Test]
    public void AFailureStopsTheRunUnlessItIsToKeepGoing()
    {
        static void Fail(int i, CancellationTokenSource cancellation)
        {
            if (i == 2)
            {
                throw new BenchException("out of luck");
            }
        }

        var stopped = new FakeRun { OnCase = Fail };
        Assert.That(stopped.Run("--out", Out), Is.EqualTo(BenchExitCode.Failed));
        Assert.That(stopped.Error, Does.Contain("case 2 failed: out of luck").And.Contain("2 of 7 cases are done"));
        var going = new FakeRun { OnCase = Fail };
        Assert.That(going.Run("--out", Out, "--resume", "--keep-going"), Is.EqualTo(BenchExitCode.Failed));
        Assert.That(going.Measured, Is.EqualTo(new[] { "case 3", "case 4", "case 5", "case 6" }));
    }

    [Test]
    public void ShardsTogetherAreTheWhole([Values(1, 3, 7, 9)] int count)
    {
        List<string> measured = [];
        for (int i = 1; i <= count; i++)
        {
            var run = new FakeRun();
            Assert.That(run.Run("--shard", $"{i}/{count}"), Is.Zero);
            Assert.That(run.Opened, Is.EqualTo(run.Measured.Count > 0 ? 1 : 0), "what has nothing to do opens nothing");
            measured.AddRange(run.Measured);
        }

        Assert.That(measured.Order(), Is.EqualTo(Enumerable.Range(0, 7).Select(i => $"case {i}")));
    }

    [Test]
    public void ListingMeasuresNothing()
    {
        var run = new FakeRun();
        Assert.That(run.Run("--list", "--shard", "2/3"), Is.Zero);
        Assert.That((run.Output, run.Opened), Is.EqualTo(("case 1\ncase 4\n", 0)));
    }

    [TestCase("0/3")]
    [TestCase("4/3")]
    [TestCase("1")]
    [TestCase("1/-2")]
    [TestCase("1/99999999999")]
    public void AShardThatIsNoneIsRefused(string shard)
    {
        var run = new FakeRun();
        Assert.That(run.Run("--shard", shard), Is.EqualTo(-1), "it does not begin");
        Assert.That(run.Error, Does.Contain("--shard must be like 2/8"));
    }

    [Test]
    public void ProgressIsOneLineForEachCaseWhereThereIsNoTerminal()
    {
        var run = new FakeRun();
        run.Run();
        Assert.That(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(7).And.All.Match(@"^\[\d/7, 00:00:\d\d\] case \d: \d+\.\d s\r?$"));
    }

    private static void InterruptAt(int at, int i, CancellationTokenSource cancellation)
    {
        if (i == at)
        {
            cancellation.Cancel();
        }
    }

    /// <summary>Rows of cases; those that each sitting begins with are its own.</summary>
    private static IEnumerable<(string, double)> RowsOf(Report report)
        => report.CasesInOrder.SelectMany(c => c.Rows).Select(r => (r.Key, r.Figures[0].Value));
}
