using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench;

/// <summary>Each subcommand from end to end, as small as it gets; what it prints is read by the reader of its files.</summary>
public sealed class CommandTests
{
    private static string Target => TestData.Repository("tools/demo-pair/target");

    private static string Draft => TestData.Repository("tools/demo-pair/draft");

    [Test]
    public void Cpu()
    {
        string[] args = ["cpu", "--quick", "--repeats", "2", "-t", "1", "-md", Draft];
        string[] cases = BenchProcess.List(args);
        int product = Array.IndexOf(cases, "gemm, BF16, 688 x 256");
        Assert.That(product, Is.Positive);
        Report report = BenchProcess.Report([.. args, "--shard", $"{product + 1}/{cases.Length}"]);
        Row[] products = [.. report.Rows.Select(r => r.Row).Where(r => r.Table == "gemm")];
        Assert.Multiple(() =>
        {
            Assert.That(report.Rows.First().Row.Find("best FMA")!.Value, Is.GreaterThanOrEqualTo(report.Rows.First().Row.Find("FMA")!.Value));
            Assert.That(products.Select(r => r.Parameters[0].Value), Is.EqualTo(new[] { "1", "16", "64", "256" }));
            Assert.That(products[0].Find("weights read")!.References.Single().Name, Is.EqualTo("best memory read"));
            Assert.That(products.Select(r => r.Find("speed")!.P95), Is.All.LessThanOrEqualTo(products.Max(r => r.Find("speed")!.Value)));
            Assert.That(report.MissingCases, Has.Count.EqualTo(cases.Length - 1));
        });
    }

    [Test]
    public void TreeBuilderOfCpu()
    {
        string[] args = ["cpu", "--quick", "--repeats", "1", "-t", "1", "-md", Draft];
        int count = BenchProcess.List(args).Length;
        Report report = BenchProcess.Report([.. args, "--shard", $"{count}/{count}"]);
        Assert.That(report.Rows.Where(r => r.Row.Table == "tree builder").Select(r => r.Row.Find("host")!.References.Single().Ratio), Has.Exactly(4).Items.And.All.InRange(0, 1));
    }

    [Test]
    public void Stream()
    {
        using var folder = new TemporaryDirectory();
        string config = Config(folder);
        Report report = BenchProcess.Report(
            "stream", "--config", config, "--draft-config", config, "--device", "cpu", "--bits", "16", "--budgets", "2", "8", "--iterations", "3", "--gpu-layers", "1", "--weights", "disk",
            "--packed-cache", folder["packed"], "--filter", "K = *");
        Row[] rows = [.. report.CasesInOrder.SelectMany(c => c.Rows)];
        Assert.Multiple(() =>
        {
            Assert.That(rows.Select(r => r.Key), Is.Unique.And.Exactly(2).Items);
            Assert.That(report.Runs.Single().Rows.Single().Find("layers on disk")!.Value, Is.EqualTo(7));
            Assert.That(rows.Select(r => r.Find("pass of the target")!.Samples), Is.All.EqualTo(3));
            Assert.That(report.Head.Settings.Select(s => s.Value), Has.None.Contains(folder.Path));
        });
    }

    /// <summary>A link that is held back carries no more than it is allowed to.</summary>
    [Test]
    public void NoPassIsFasterThanAThrottledLink([Values("ram", "disk")] string weights)
    {
        const double LimitGigabytes = 0.02;
        using var folder = new TemporaryDirectory();
        string config = Config(folder);
        Report report = BenchProcess.Report(
            "stream", "--config", config, "--draft-config", config, "--device", "cpu", "--bits", "16", "--budgets", "4", "--iterations", "4", "--gpu-layers", "1",
            "--weights", weights, "--packed-cache", folder["packed"], "--link-limit", "0.02", "--filter", "K = *");
        Row pass = report.CasesInOrder.Single().Rows.Single();
        double gigabytes = report.Runs.Single().Rows.Single(r => r.Find("to stream") is not null).Find("to stream")!.Value;
        Assert.That(pass.Find("iteration")!.Value, Is.GreaterThan(0.97 * gigabytes / LimitGigabytes));
    }

    [TestCase("cpu", "--threads", "many")]
    [TestCase("nothing")]
    [TestCase("paper", "--repeats", "3")]
    [TestCase("cpu", "--repeats", "0")]
    [TestCase("paper", "--resume")]
    [TestCase("stream", "--config", "a", "--draft-config", "b", "--bits", "3")]
    public void WhatMakesNoSenseIsRefused(params string[] args)
    {
        using StringWriter error = new();
        Assert.That(BenchApplication.Run(args, TextWriter.Null, error), Is.EqualTo(BenchExitCode.Usage));
        Assert.That(error.ToString(), Is.Not.Empty);
    }

    [Test]
    public void AskingForTheSameTwiceIsRefused()
    {
        string prompts = TestData.Repository("tools/demo-pair/held-out-prompts.json");
        using StringWriter error = new();
        string[] args = ["generate", "-m", Target, "-md", Draft, "--prompts", prompts, "--temps", "0", "0"];
        Assert.That(BenchApplication.Run(args, TextWriter.Null, error), Is.EqualTo(BenchExitCode.Usage));
        Assert.That(error.ToString(), Does.Contain("asked for twice"));
    }

    private static string Config(TemporaryDirectory folder)
    {
        string config = folder["config.json"];
        File.WriteAllText(config, """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 172, "num_hidden_layers": 8,
              "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 512, "rms_norm_eps": 1e-5,
              "hidden_act": "silu", "rope_theta": 10000.0, "tie_word_embeddings": false, "torch_dtype": "float16"
            }
            """);
        return config;
    }
}
