using NUnit.Framework;
using SpecExecNative.Bench.Simulated;

namespace SpecExecNative.Tests.Bench;

/// <summary>The paper's own program on simulated cards, with one constant fitted to one of its published runs, against the others.</summary>
public sealed class ControlTests
{
    private static readonly string[] WithinFifteenPercent = ["RTX 4090, 4 bits", "RTX 3090, 4 bits", "RTX 2080 Ti, 4 bits", "A100 80GB, 16 bits"];

    [Test]
    public void PublishedIterationTimesComeOut()
    {
        var official = new OfficialProgram(TestData.Repository("Bench/configs"));
        double step = official.FitStepSeconds(PublishedRun.All[0]);
        Assert.That(step, Is.InRange(0.005, 0.1), "what a Python program takes between two passes of a small model");
        foreach (PublishedRun row in PublishedRun.All)
        {
            double ratio = official.Simulate(row, step).IterationSeconds / row.IterationSeconds;
            TestContext.Out.WriteLine($"{row.Gpu}, {row.TargetBits} bits, K = {row.Budget}: {ratio:0.00}");

            // The A100's rows in 4 bits have another draft than the fitted one: see Bench/results/README.md.
            double tolerance = WithinFifteenPercent.Contains($"{row.Gpu}, {row.TargetBits} bits") ? 0.15 : 0.25;
            Assert.That(ratio, Is.EqualTo(1).Within(tolerance), $"{row.Gpu}, K = {row.Budget}");
        }
    }
}
