using NUnit.Framework;
using SpecExecNative.Bench.Paper;
using SpecExecNative.Bench.Published;

namespace SpecExecNative.Tests.Bench;

/// <summary>The paper's own program on simulated cards, with one constant fitted to one of its published runs, against the others.</summary>
public sealed class ControlTests
{
    private static readonly string[] WithinFifteenPercent = ["RTX 4090, 4 bits", "RTX 3090, 4 bits", "RTX 2080 Ti, 4 bits", "A100 80GB, 16 bits"];

    [Test]
    public void PublishedIterationTimesComeOut()
    {
        var models = new PaperModels(TestData.Repository("Bench/configs"));
        var official = new OfficialProgram(models);
        PublishedRun fitted = PublishedData.Instance.Runs.Single(r => r.Gpu == PaperSession.FittedTo);
        double step = official.FitStepSeconds(fitted);
        Assert.That(step, Is.InRange(0.005, 0.1), "what a Python program takes between two passes of a small model");
        PublishedRun[] rows = [.. PublishedData.Instance.Runs.Where(r => models.Knows(r) && r.Dataset == "OASST" && r.Target == "llama-2-70b" && r.Remark is null)];
        Assert.That(rows, Has.Length.EqualTo(7));
        foreach (PublishedRun row in rows)
        {
            double ratio = official.Simulate(row, step)!.Value.IterationSeconds / row.IterationSeconds;
            TestContext.Out.WriteLine($"{row.Title}, K = {row.Budget}: {ratio:0.00}");

            // The A100's rows in 4 bits have another draft than the fitted one: see Bench/results/README.md.
            double tolerance = WithinFifteenPercent.Contains($"{row.Gpu}, {row.TargetBits} bits") ? 0.15 : 0.25;
            Assert.That(ratio, Is.EqualTo(1).Within(tolerance), row.Title);
        }
    }
}
