using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Paper;
using SpecExecNative.Bench.Published;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Tests.Loaders;

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

    /// <summary>On a device that is here; with models of these names that fit on it.</summary>
    [Test]
    public void IterationsAreMeasuredWhereADeviceIsNamed()
    {
        using var folder = new TemporaryDirectory();
        foreach (string name in new[] { "llama-2-70b", "llama-2-7b" })
        {
            File.WriteAllText(folder[name + ".json"], """
                {
                  "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2,
                  "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 512, "max_position_embeddings": 512, "rms_norm_eps": 1e-5,
                  "hidden_act": "silu", "rope_theta": 10000.0, "tie_word_embeddings": false, "torch_dtype": "float16"
                }
                """);
        }

        string[] args = ["paper", "--configs", folder.Path, "--device", "cpu"];
        string[] cases = BenchProcess.List(args);
        int row = Array.FindIndex(cases, name => name.StartsWith("table 3, RTX 4090", StringComparison.Ordinal));
        Report report = BenchProcess.Report([.. args, "--shard", $"{row + 1}/{cases.Length}"]);
        Row measured = report.CasesInOrder.Single().Rows.Single();
        Figure here = measured.Find("iteration measured here")!;
        Assert.Multiple(() =>
        {
            Assert.That(here.Origin, Is.EqualTo(Origin.Measured));
            Assert.That(here.Samples, Is.GreaterThan(1));
            Assert.That(here.References, Is.Empty, "the row's card is another one");
            Assert.That(measured.Find("speed measured here, at the published tokens per pass")!.Value, Is.EqualTo(13.46 / here.Value).Within(1e-9));
            Assert.That(report.Runs.Single().Environment.Device, Does.Contain("measured on").And.Contain("CPU"));
        });
    }

    [TestCase("NVIDIA GeForce RTX 4060", "RTX 4060", ExpectedResult = true)]
    [TestCase("NVIDIA GeForce RTX 4060 Ti", "RTX 4060", ExpectedResult = false)]
    [TestCase("NVIDIA GeForce RTX 4060 Ti", "RTX 4060 Ti", ExpectedResult = true)]
    [TestCase("NVIDIA GeForce RTX 4060 Laptop GPU", "RTX 4060", ExpectedResult = false)]
    [TestCase("NVIDIA GeForce RTX 4090 D", "RTX 4090", ExpectedResult = false)]
    [TestCase("NVIDIA GeForce RTX 4070 Ti SUPER", "RTX 4070 Ti", ExpectedResult = false)]
    [TestCase("NVIDIA A100-SXM4-80GB", "A100 80GB", ExpectedResult = true)]
    [TestCase("NVIDIA A100 80GB PCIe", "A100 80GB", ExpectedResult = true)]
    [TestCase("NVIDIA A100-SXM4-40GB", "A100 80GB", ExpectedResult = false)]
    [TestCase("NVIDIA H200", "H200", ExpectedResult = true)]
    public bool CardsAreKnownByTheDriversName(string driver, string card) => CardName.Is(driver, card);

    /// <summary>The paper's own runs count, and one that cannot have been on its card does not.</summary>
    [Test]
    public void TheBestPublishedFigureIsTheBestOfAll() => Assert.Multiple(() =>
    {
        PublishedData data = PublishedData.Instance;
        Assert.That(data.Fastest("A100 80GB", 4)!.TokensPerSecond, Is.EqualTo(data.Runs.Where(r => r.Gpu == "A100 80GB" && r.TargetBits == 4).Max(r => r.TokensPerSecond)));
        Assert.That(data.Fastest("RTX 4090", 4)!.System, Is.EqualTo("UMbreLLa"));
        Assert.That(data.Fastest("RTX 2080 Ti", 4)!.LinkBytesPerSecond, Is.EqualTo(12.3e9));
        Assert.That(data.Fastest("RTX 4060", 4), Is.Null);
    });

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
