using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Generation;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Sweeping;

namespace SpecExecNative.Tests.Bench;

/// <summary>Subcommands that run a pair, from end to end, and what their figures must be to mean anything.</summary>
public sealed class PairCommandTests
{
    private static string[] Pair => ["-m", TestData.Repository("tools/demo-pair/target"), "-md", TestData.Repository("tools/demo-pair/draft")];

    private static string[] Prompts => ["--prompts", TestData.Repository("tools/demo-pair/held-out-prompts.json")];

    [Test]
    public void GenerateComparesMethodsOnTheSameTexts()
    {
        Report report = BenchProcess.Report(["generate", .. Pair, .. Prompts, "--count", "4", "-n", "40", "--budgets", "1,4,16"]);
        Row[] rows = [.. report.Rows.Select(r => r.Row).Where(r => r.Table == "acceptance")];
        Assert.That(rows, Has.Length.EqualTo(2 * ((3 * 4) + 1)));
        Assert.That(rows.Select(r => r.Find("speed")!.References.Single().Name), Is.All.EqualTo("none"));
        foreach (string temperature in new[] { "0", "0.6, top-p 0.9" })
        {
            Figure Figure(string method, int budget, string name) => rows.Single(r => IsAt(r, "temperature", temperature) && !IsAt(r, "draft temperature", "learnt") && IsAt(r, "method", method) && IsAt(r, "K", $"{budget}")).Find(name)!;
            double Tokens(string method, int budget) => Figure(method, budget, "tokens per pass").Value;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(Tokens("none", 0), Is.EqualTo(1));
                Assert.That(Figure("none", 0, "speed").References.Single().Ratio, Is.EqualTo(1).Within(1e-9));
                Assert.That(Tokens("specexec", 1), Is.InRange(1, 2), "one drafted token: plain decoding and at most one more");
                Assert.That(Tokens("chain", 1), Is.EqualTo(Tokens("specexec", 1)).Within(1e-9), "a tree of one node is a chain");
                Assert.That(Tokens("specexec", 4), Is.GreaterThan(Tokens("specexec", 1)));
                Assert.That(Tokens("specexec", 16), Is.GreaterThan(Tokens("specexec", 4)));
                Assert.That(Tokens("specexec", 16), Is.GreaterThan(Tokens("chain", 16)), "the same tokens are the tree's best path among others");
                Assert.That(Figure("specexec", 16, "drafted").Value, Is.InRange(12, 16));
                Assert.That(Figure("specinfer", 16, "drafted").Value, Is.InRange(8, 16));
            }
        }

        Row[] depths = [.. report.Rows.Select(r => r.Row).Where(r => r.Table == "passes that accept at least so many")];
        Assert.That(depths.Select(r => r.Figures.Select(f => f.Value)), Is.All.Ordered.Descending);
        Assert.That(report.Head.Settings.Select(s => s.Value), Has.None.Contains("/"), "no paths");
    }

    [Test]
    public void GenerateRunsAModelOfWhichOnlyTheConfigurationIsHere()
    {
        string config = Path.Combine(TestData.Repository("tools/demo-pair/target"), "config.json");
        Report report = BenchProcess.Report(
            "generate", "-m", config, "-md", config, "--load-format", "dummy-int4", "--count", "1", "-n", "6", "-c", "64", "--budgets", "4", "--methods", "specexec", "--temps", "0", "--gpu-layers", "1");
        Assert.That(report.Rows.First(r => r.Row.Table == "acceptance").Row.Find("tokens per pass")!.Value, Is.GreaterThanOrEqualTo(1));
        Assert.That(report.Runs.Single().Rows.Single(r => r.Table == "residency").Find("resident layers")!.Value, Is.EqualTo(1));
    }

    [Test]
    public void CoverageGrowsToTheWholeVocabulary()
    {
        Report report = BenchProcess.Report(["coverage", .. Pair, "-f", TestData.Repository("tools/demo-pair/held-out.txt"), "-n", "300", "--window", "100", "--ranks", "1,8,64,2048"]);
        foreach (IGrouping<string, Row> temperature in report.Rows.Select(r => r.Row).GroupBy(r => r.Parameters.Single(p => p.Name == "temperature").Value))
        {
            double[] covered = [.. temperature.Select(r => r.Find("covered")!.Value)];
            Assert.That(covered, Is.Ordered.And.All.InRange(0, 1 + 1e-9), temperature.Key);
            Assert.That(covered[^1], Is.EqualTo(1).Within(1e-9), temperature.Key);
            Assert.That(covered[0], Is.InRange(0.2, 0.9), temperature.Key);
        }

        Assert.That(report.Rows.First().Row.Parameters[0].Value, Is.EqualTo("demo-pair/draft for demo-pair/target"));
    }

    /// <summary>A forecast can be no faster than the link lets it, acceptance from ranks never falls with the budget, and where computing overtakes the stream is where it says.</summary>
    [Test]
    public void SweepKeepsToThePhysicalLimits()
    {
        const double Gigabyte = 1e9;
        string[] links = ["3", "50"];
        Report report = BenchProcess.Report([
            "sweep", .. Pair, .. Prompts, "--count", "6", "-n", "64", "--budgets", "4,32,2048", "--links", string.Join(',', links), "--iterations", "8",
            "--config", TestData.Repository("Bench/configs/llama-2-70b.json"), "--draft-config", TestData.Repository("Bench/configs/llama-2-7b.json"),
        ]);
        Row[] rows = [.. report.Rows.Select(r => r.Row)];
        double[] ranks = [.. rows.Where(r => r.Table == "acceptance from ranks").Select(r => r.Find("tokens per pass")!.Value)];
        Assert.That(ranks, Has.Length.EqualTo(3).And.Ordered);
        Row[] direct = [.. rows.Where(r => r.Table == "acceptance of a direct run")];
        Assert.That(direct.Select(r => r.Find("tokens per pass")!.References.Single().Ratio), Has.Exactly(2).Items.And.All.EqualTo(1).Within(0.15), "from ranks and direct");
        foreach (string link in links)
        {
            Row[] swept = [.. rows.Where(r => r.Table == "sweep" && IsAt(r, "link", link))];
            Row best = rows.Single(r => r.Table == "best budget" && IsAt(r, "link", link));
            foreach (Row row in swept)
            {
                double floor = row.Find("stream")!.Value;
                Assert.That(row.Find("iteration")!.Value, Is.GreaterThan(0.99 * Math.Max(floor, row.Find("compute")!.Value)), row.Title);
                Assert.That(row.Find("speed")!.Value, Is.EqualTo(row.Find("tokens per pass")!.Value / row.Find("iteration")!.Value).Within(1e-9));
                Assert.That(floor * double.Parse(link) * Gigabyte, Is.InRange(10e9, 36e9), "bytes of the streamed layers");
                Assert.That(row.Find("tokens per pass")!.Origin, Is.EqualTo(Origin.Measured));
                Assert.That(row.Find("speed")!.Origin, Is.EqualTo(Origin.Simulated));
            }

            Assert.That(best.Find("speed")!.Value, Is.EqualTo(swept.Max(r => r.Find("speed")!.Value)));
        }

        Assert.That(rows.Single(r => r.Table == "best budget" && IsAt(r, "link", "3")).Find("computing overtakes at K"), Is.Null, "a slow link is never overtaken");
        Assert.That(rows.Single(r => r.Table == "best budget" && IsAt(r, "link", "50")).Find("computing overtakes at K")!.Value, Is.InRange(32, 2048));
    }

    [TestCase("generate", "--budgets", "0")]
    [TestCase("generate", "--temps", "-1")]
    [TestCase("generate", "--count", "0")]
    [TestCase("generate", "--seed", "-1")]
    [TestCase("generate", "--device", "gpu")]
    [TestCase("sweep", "--links", "fast")]
    [TestCase("sweep", "--gpu", "RTX 1")]
    [TestCase("sweep", "--bits", "5")]
    [TestCase("sweep", "--config", "/nowhere/config.json")]
    [TestCase("coverage", "-f", "/nowhere/text")]
    [TestCase("generate", "--draft-layers", "0")]
    [TestCase("generate", "--draft-layers", "7")]
    public void WhatMakesNoSenseIsRefused(string command, string option, string value)
    {
        using StringWriter error = new();
        string[] args = [command, .. Pair, .. (command == "coverage" ? (string[])[] : Prompts), option, value];
        Assert.That(BenchApplication.Run(args, TextWriter.Null, error), Is.EqualTo(BenchExitCode.Usage), error.ToString());
        Assert.That(error.ToString(), Is.Not.Empty.And.Not.Contain("   at "));
    }

    /// <summary>Nothing that was asked for is left out without a word.</summary>
    [TestCase("--device needs", "sweep", "--device", "cuda")]
    [TestCase("--model", "sweep", "-md", "draft")]
    [TestCase("--prompts has no effect without a pair", "sweep", "--prompts", "x.json")]
    [TestCase("--temp has no effect without a pair", "sweep", "--temp", "0")]
    [TestCase("--draft-layers has no effect without a pair", "sweep", "--draft-layers", "5")]
    [TestCase("--acceptance has no effect where", "sweep", "-m", "target", "-md", "draft", "--acceptance", "c4-7b")]
    [TestCase("--gpu has no effect on a card", "sweep", "-m", "target", "-md", "draft", "--device", "cuda", "--gpu", "RTX 4090")]
    [TestCase("Temperature must be", "sweep", "-m", "target", "-md", "draft", "--temp", "-1")]
    [TestCase("chain", "generate", "-m", "target", "-md", "draft", "--methods", "chain", "--budgets", "128", "-n", "64")]
    [TestCase("--iterations", "stream", "--iterations", "0")]
    [TestCase("--budgets", "stream", "--budgets", "0")]
    public void WhatWouldNotBeDoneIsRefused(string problem, params string[] args)
    {
        using StringWriter error = new();
        Assert.That(BenchApplication.Run(args, TextWriter.Null, error), Is.EqualTo(BenchExitCode.Usage), error.ToString());
        Assert.That(error.ToString(), Does.Contain(problem).And.Not.Contain("   at "));
    }

    /// <summary>A target that is read out early knows less, one that is read out at its end everything.</summary>
    [Test]
    public void TheTargetsFirstLayersCanBeTheDraft()
    {
        double Agreement(int layers)
        {
            Report report = BenchProcess.Report(
                "coverage", "-m", Pair[1], "-md", Pair[1], "--draft-layers", $"{layers}", "-f", TestData.Repository("tools/demo-pair/held-out.txt"), "--tokens", "400", "--temps", "0", "--ranks", "1");
            return report.Rows.Single().Row.Find("covered")!.Value;
        }

        Assert.That(Agreement(6), Is.EqualTo(1));
        Assert.That(Agreement(5), Is.InRange(0.3, 0.9));
        Assert.That(Agreement(1), Is.LessThan(Agreement(5)));
    }

    /// <summary>What can be done is done, and what is left of the plan is said.</summary>
    [Test]
    public void ChainsThatAreLeftOutAreMentioned()
    {
        (Report report, string words) = BenchProcess.ReportAndWords(["generate", .. Pair, .. Prompts, "--methods", "chain", "--budgets", "4,128", "--temps", "0", "--count", "1", "-n", "8"]);
        Assert.That(report.CasesInOrder, Has.Exactly(1).Items);
        Assert.That(words, Does.Contain("chains longer than the 8 tokens"));
    }

    [TestCase("16,64,256", new[] { 16, 64, 256 })]
    [TestCase("64 16 16", new[] { 16, 64 })]
    [TestCase("16..4096x4", new[] { 16, 64, 256, 1024, 4096 })]
    [TestCase("8..40+16, 3", new[] { 3, 8, 24, 40 })]
    [TestCase("3..20", new[] { 3, 6, 12 })]
    public void RangesAreReadAsPeopleWriteThem(string text, int[] numbers) => Assert.That(NumberRange.Parse("--x", text), Is.EqualTo(numbers));

    [TestCase("")]
    [TestCase("-4")]
    [TestCase("1..")]
    [TestCase("8..4x2")]
    [TestCase("1..9x1")]
    [TestCase("1..99999999+1")]
    [TestCase("99999999999")]
    public void RangesThatAreNoneAreRefused(string text) => Assert.That(() => NumberRange.Parse("--x", text), Throws.InstanceOf<BenchException>().With.Message.Contains("--x must be"));

    [Test]
    public void TheCrossoverLiesBetweenItsNeighbours()
    {
        Assert.That(BestBudget.Crossover([(16, 1, 10, 1), (64, 1, 10, 4), (256, 1, 10, 16)]), Is.EqualTo(128).Within(1e-9), "half way over log K");
        Assert.That(BestBudget.Crossover([(16, 1, 10, 1), (64, 1, 10, 4)]), Is.Null);
        Assert.That(BestBudget.Crossover([(16, 1, 10, 10), (64, 1, 10, 40)]), Is.EqualTo(16), "there already");
        Assert.That(BestBudget.Crossover([(16, 1, 0, 1), (64, 1, 0, 4)]), Is.Null, "nothing streams");
    }

    private static bool IsAt(Row row, string parameter, string value) => row.Parameters.Any(p => p.Name == parameter && p.Value == value);
}
