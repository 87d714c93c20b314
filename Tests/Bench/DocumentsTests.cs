using NUnit.Framework;
using SpecExecNative.Bench;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Bench;

/// <summary>Tables in documents are what the reports say.</summary>
public sealed class DocumentsTests
{
    private const string Pivot = """{"file": "report.csv", "table": "acceptance", "rows": ["method", "draft temperature"], "columns": "K", "figures": ["tokens per pass"], "error": "±", "where": {"temperature": "0"}, "titles": {"method": "how"}, "format": "0.0"}""";

    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void OurOwnAreUpToDate()
    {
        using StringWriter error = new();
        int code = BenchApplication.Run(["documents", TestData.Repository("README.md"), TestData.Repository("Bench/results/README.md"), "--check"], TextWriter.Null, error);
        Assert.That(code, Is.Zero, $"{error}: dotnet run -c Release --project Bench -- documents");
    }

    [Test]
    public void ATableIsMadeAndThenStays()
    {
        string report = TestData.Repository("Bench/results/demo-pair/generate.json");
        File.Copy(report, _folder["generate.json"]);
        string document = _folder["text.md"];
        string request = Pivot.Replace("report.csv", "generate.json", StringComparison.Ordinal).Replace("\"±\"", "\"± 95 %\"", StringComparison.Ordinal);
        File.WriteAllText(document, $"before\n<!-- table {request} -->\nold\n<!-- /table -->\nbehind\n");
        Assert.That(Run(document, "--check").Code, Is.EqualTo(BenchExitCode.Failed));
        Assert.That(File.ReadAllText(document), Does.Contain("old"), "checking changes nothing");
        Assert.That(Run(document).Code, Is.Zero);
        string text = File.ReadAllText(document);
        Assert.That(text, Does.StartWith("before\n<!-- table {").And.EndWith("<!-- /table -->\nbehind\n").And.Not.Contain("old"));
        Assert.That(text, Does.Match(@"\| how \| draft temperature \| K = 4 \| K = 16 .*\n\|---\|---\|").And.Match(@"\| specexec \| learnt \| \d\.\d ± \d\.\d \|").And.Contain("*measured; from [generate.json](generate.json)*"));
        Assert.That(Run(document, "--check").Code, Is.Zero);
    }

    /// <summary>Several rows of a report in one of the document's: their median and range; and ratios to a reference.</summary>
    [Test]
    public void RowsAreSummedUp()
    {
        File.Copy(TestData.Repository("Bench/results/cpu-epyc-avx512/cpu.json"), _folder["cpu.json"]);
        string document = _folder["text.md"];
        File.WriteAllText(document, """<!-- table {"file": "cpu.json", "table": "gemm", "rows": ["M"], "figures": ["speed ÷ best FMA"]} --><!-- /table -->""");
        Assert.That(Run(document).Code, Is.Zero);
        Assert.That(File.ReadAllText(document), Does.Match(@"\| 64 \| 0\.\d\d \(0\.\d\d–0\.\d\d\) \|"));
    }

    [TestCase("<!-- table {} --><!-- /table -->", "makes no sense")]
    [TestCase("<!-- table {\"file\": \"none.json\", \"table\": \"a\", \"rows\": [], \"figures\": [\"b\"]} --><!-- /table -->", "there is no report none.json")]
    [TestCase("<!-- table {\"file\": \"none.json\", \"table\": \"a\", \"rows\": [], \"figures\": []} --><!-- /table -->", "there must be a figure")]
    [TestCase("<!-- table {\"file\": \"none.json\", \"table\": \"a\", \"rows\": [], \"figures\": [\"b\"], \"colour\": 1} --><!-- /table -->", "colour")]
    [TestCase("<!-- table {\"file\": \"none.json\"", "not ended")]
    public void RequestsThatMakeNoSenseAreRefused(string text, string reason)
    {
        string document = _folder["text.md"];
        File.WriteAllText(document, text);
        (int code, string error) = Run(document);
        Assert.That(code, Is.EqualTo(BenchExitCode.Usage));
        Assert.That(error, Does.Contain("text.md").And.Contain(reason));
        Assert.That(File.ReadAllText(document), Is.EqualTo(text));
    }

    private static (int Code, string Error) Run(params string[] args)
    {
        using StringWriter error = new();
        return (BenchApplication.Run(["documents", .. args], TextWriter.Null, error), error.ToString());
    }
}
