using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench.Micro;

/// <summary><c>micro</c>: BenchmarkDotNet's results are rows like all others.</summary>
[NonParallelizable]
public sealed class MicroCommandTests
{
    private static string Model => TestData.Repository("tools/demo-pair/draft");

    [Test]
    public void CasesAreKnownWithoutRunningAny()
    {
        string[] names = BenchProcess.List("micro", "-m", Model);
        Assert.Multiple(() =>
        {
            Assert.That(names, Is.Unique.And.Member("tree builder, K = 64").And.Member("safetensors header, Tensors = 723").And.Member("tokenizer, encode, Sentences = 1"));
            Assert.That(names, Has.Member("sampler, greedy, Vocabulary = 32000"));
            Assert.That(BenchProcess.List("micro"), Has.None.StartsWith("tokenizer"), "whose should it be");
        });
    }

    [Test]
    public void EveryPartIsMeasuredAndComparedWithAnEarlierReport()
    {
        using var folder = new TemporaryDirectory();
        string[] args = ["micro", "-m", Model, "--quick", "--repeats", "3", "--filter", "K = 64", "--filter", "greedy, Vocabulary = 32000", "--filter", "Tensors = 40", "--filter", "Sentences = 1"];
        Report first = BenchProcess.Report([.. args, "--out", folder["first.json"]]);
        Report second = BenchProcess.Report([.. args, "--baseline", folder["first.json"]]);
        Row[] rows = [.. second.Rows.Select(r => r.Row)];
        Assert.Multiple(() =>
        {
            Assert.That(rows.Select(r => r.Parameters[0].Value), Is.EqualTo(new[] { "tree builder", "sampler, greedy", "safetensors header", "tokenizer, encode", "tokenizer, decode" }));
            Assert.That(rows.Select(r => r.Find("time")!.Value), Is.All.Positive);
            Assert.That(rows.Select(r => r.Find("time")!.Samples), Is.All.EqualTo(3));
            Assert.That(rows.Select(r => r.Find("time")!.Baseline?.Ratio), Is.All.Positive);
            Assert.That(rows[1].Find("allocated")!.Value, Is.LessThan(1000), "sampling allocates nothing, but what other threads of this process do counts");
            Assert.That(rows[2].Find("allocated")!.Value, Is.GreaterThan(40 * 50), "the names at least");
            Assert.That(first.Head.Settings.Select(s => s.Value), Has.None.Contains("/"));
        });
    }
}
