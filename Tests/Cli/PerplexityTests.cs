using System.Text;
using System.Text.Json;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Kernels;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Cli;

public sealed class PerplexityTests
{
    private const string Text = "<s>Genesis 1\nIn the beginning God created the heaven and the earth.\nAnd the earth was without form, and void.\n</s>";

    private TemporaryDirectory _folder = null!;
    private string _file = null!;

    [SetUp]
    public void WriteText()
    {
        _folder = new TemporaryDirectory();
        _file = _folder["text.txt"];
        File.WriteAllText(_file, Text);
    }

    [TearDown]
    public void DeleteText() => _folder.Dispose();

    [Test]
    public async Task JsonHoldsFiguresAndSetting()
    {
        JsonElement json = (await RunAsync(ModelCopy.DemoDraft, "--ctx", "32", "--stride", "8", "--json")).Json;
        double loss = json.GetProperty("nll").GetDouble();
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("model").GetString(), Is.EqualTo(ModelCopy.DemoDraft));
            Assert.That(json.GetProperty("device").GetString(), Does.Contain("CPU"));
            Assert.That(json.GetProperty("ctx").GetInt32(), Is.EqualTo(32));
            Assert.That(json.GetProperty("stride").GetInt32(), Is.EqualTo(8));
            Assert.That(json.GetProperty("tokens").GetInt32(), Is.GreaterThan(32));
            Assert.That(json.GetProperty("windows").GetInt32(), Is.EqualTo(1 + (int)Math.Ceiling((json.GetProperty("tokens").GetInt32() - 32) / 8.0)));
            Assert.That(loss, Is.InRange(1, 6));
            Assert.That(json.GetProperty("perplexity").GetDouble(), Is.EqualTo(Math.Exp(loss)).Within(1e-9));
            Assert.That(json.GetProperty("standardError").GetDouble(), Is.Positive);
            Assert.That(
                json.GetProperty("perplexityStandardError").GetDouble(), Is.EqualTo(Math.Exp(loss) * json.GetProperty("standardError").GetDouble()).Within(1e-9));
            Assert.That(json.GetProperty("seconds").GetDouble(), Is.Positive);
            Assert.That(json.GetProperty("tokensPerSecond").GetDouble(), Is.Positive);
            Assert.That(json.TryGetProperty("reference", out _), Is.False);
        });
    }

    [Test]
    public async Task JsonHoldsTheReference()
    {
        JsonElement json = (await RunAsync(ModelCopy.DemoDraft, "--reference", ModelCopy.DemoTarget, "--json")).Json;
        JsonElement target = (await RunAsync(ModelCopy.DemoTarget, "--json")).Json;
        JsonElement divergence = json.GetProperty("klDivergence");
        double reference = json.GetProperty("referencePerplexity").GetDouble();
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("reference").GetString(), Is.EqualTo(ModelCopy.DemoTarget));
            Assert.That(reference, Is.EqualTo(target.GetProperty("perplexity").GetDouble()));
            Assert.That(json.GetProperty("perplexityRatio").GetDouble(), Is.EqualTo(json.GetProperty("perplexity").GetDouble() / reference).Within(1e-9));
            Assert.That(divergence.GetProperty("mean").GetDouble(), Is.InRange(0.05, 2));
            Assert.That(divergence.GetProperty("standardError").GetDouble(), Is.Positive);
            Assert.That(divergence.GetProperty("max").GetDouble(), Is.GreaterThan(divergence.GetProperty("mean").GetDouble()));
            Assert.That(json.GetProperty("sameTopToken").GetDouble(), Is.InRange(0.4, 0.99));
        });
    }

    [Test]
    public async Task AModelIsItsOwnPerfectReference()
    {
        JsonElement json = (await RunAsync(ModelCopy.DemoDraft, "--reference", ModelCopy.DemoDraft, "--json")).Json;
        Assert.That(json.GetProperty("klDivergence").GetProperty("max").GetDouble(), Is.Zero);
        Assert.That(json.GetProperty("sameTopToken").GetDouble(), Is.EqualTo(1));
        Assert.That(json.GetProperty("perplexityRatio").GetDouble(), Is.EqualTo(1));
    }

    [Test]
    public async Task ReportHasTheSameFigures()
    {
        JsonElement json = (await RunAsync(ModelCopy.DemoDraft, "--reference", ModelCopy.DemoTarget, "--json")).Json;
        CliResult report = await RunAsync(ModelCopy.DemoDraft, "--reference", ModelCopy.DemoTarget);
        Assert.That(report.Code, Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(report.Output, Does.Match($@"(?m)^perplexity +{json.GetProperty("perplexity").GetDouble():0.0000} ± [0-9.]+$"));
            Assert.That(report.Output, Does.Match($@"(?m)^loss +{json.GetProperty("nll").GetDouble():0.0000} ± [0-9.]+ nats per token$"));
            Assert.That(report.Output, Does.Match($@"(?m)^tokens +{json.GetProperty("tokens")} in 1 window of 256, stride 256$"));
            Assert.That(report.Output, Does.Match($@"(?m)^reference +perplexity {json.GetProperty("referencePerplexity").GetDouble():0.0000};"));
            Assert.That(report.Output, Does.Match($@"(?m)^divergence +{json.GetProperty("klDivergence").GetProperty("mean").GetDouble():0.000000} ± [0-9.]+ nats"));
            Assert.That(report.Output, Does.Match($@"(?m)^same top +{json.GetProperty("sameTopToken").GetDouble():0.00 %} of"));
            Assert.That(report.Error, Does.Match(@"(?m)^time +[0-9.]+ m?s \([0-9.]+ tokens/s\)$"));
        });
    }

    [Test]
    public async Task ContextIsTheModelsWhereItIsShorterThanTheDefault()
    {
        using ModelCopy narrow = ModelCopy.Of(ModelCopy.DemoDraft).Edit("config.json", json => json["max_position_embeddings"] = 40);
        JsonElement own = (await RunAsync(narrow.Path, "--json")).Json;
        JsonElement shared = (await RunAsync(ModelCopy.DemoDraft, "--reference", narrow.Path, "--json")).Json;
        foreach (JsonElement json in (JsonElement[])[own, shared])
        {
            Assert.That((json.GetProperty("ctx").GetInt32(), json.GetProperty("stride").GetInt32()), Is.EqualTo((40, 40)));
        }
    }

    [Test]
    public async Task EveryTokenCountsOnceWhateverTheWindows()
    {
        int whole = (await RunAsync(ModelCopy.DemoDraft, "--json")).Json.GetProperty("tokens").GetInt32();
        int strided = (await RunAsync(ModelCopy.DemoDraft, "--json", "--ctx", "9", "--stride", "1")).Json.GetProperty("tokens").GetInt32();
        int cut = (await RunAsync(ModelCopy.DemoDraft, "--json", "--max-tokens", "11")).Json.GetProperty("tokens").GetInt32();
        Assert.That((strided, cut), Is.EqualTo((whole, 11)));
    }

    [Test]
    public async Task WithoutAnOpeningTokenTheFirstOneIsNotScored()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft).Edit("tokenizer_config.json", json => json["add_bos_token"] = false);
        JsonElement with = (await RunAsync(ModelCopy.DemoDraft, "--json")).Json;
        JsonElement without = (await RunAsync(model.Path, "--json")).Json;
        Assert.That(without.GetProperty("tokens").GetInt32(), Is.EqualTo(with.GetProperty("tokens").GetInt32() - 1));
    }

    [Test]
    public async Task TextComesFromStandardInputAsItIs()
    {
        string[] arguments = ["perplexity", ModelCopy.DemoDraft, "--file", "-", "--json", "--device", "cpu"];
        double Loss(CliResult result) => result.Json.GetProperty("nll").GetDouble();
        CliResult file = await RunAsync(ModelCopy.DemoDraft, "--json");
        Assert.That(Loss(await CliRun.PipeAsync(Text, arguments)), Is.EqualTo(Loss(file)));
        CliResult longer = await CliRun.PipeAsync(Text + "\n", arguments);
        Assert.That(longer.Json.GetProperty("tokens").GetInt32(), Is.EqualTo(file.Json.GetProperty("tokens").GetInt32() + 1), "a line break at the end is text");
    }

    [Test]
    public async Task AByteOrderMarkIsNoText()
    {
        double plain = (await RunAsync(ModelCopy.DemoDraft, "--json")).Json.GetProperty("nll").GetDouble();
        await File.WriteAllTextAsync(_file, Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.That((await RunAsync(ModelCopy.DemoDraft, "--json")).Json.GetProperty("nll").GetDouble(), Is.EqualTo(plain));
    }

    [Test]
    public async Task DemoTargetIsTheModelWhereNoneIsGiven()
    {
        CliResult result = await CliRun.RunAsync("perplexity", "--file", _file, "--json");
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Error, Does.Contain("no model given"));
        Assert.That(result.Json.GetProperty("model").GetString(), Is.EqualTo(ModelCopy.DemoTarget));
    }

    [Test]
    public async Task DemoPairHasATextOfItsOwnIfItIsThere()
    {
        Directory.CreateDirectory(_folder["demo-pair/target"]);
        foreach (string file in Directory.EnumerateFiles(ModelCopy.DemoTarget))
        {
            File.Copy(file, Path.Combine(_folder["demo-pair/target"], Path.GetFileName(file)));
        }

        Task<CliResult> Run() => CliRun.RunWithAsync(host => host with { BaseDirectory = _folder.Path }, "perplexity", "--json");
        CliResult without = await Run();
        Assert.That((ExitCode)without.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(without.Error, Does.Contain("--file"));
        File.Copy(_file, _folder["demo-pair/held-out.txt"]);
        CliResult result = await Run();
        Assert.That(result.Json.GetProperty("nll").GetDouble(), Is.EqualTo((await RunAsync(ModelCopy.DemoTarget, "--json")).Json.GetProperty("nll").GetDouble()));
        Assert.That(result.Error, Does.Contain("no --file given"));
    }

    [Test]
    public async Task ASingleTokenHasNoStandardError()
    {
        await File.WriteAllTextAsync(_file, "a");
        CliResult json = await RunAsync(ModelCopy.DemoDraft, "--json");
        Assert.That(json.Json.GetProperty("tokens").GetInt32(), Is.EqualTo(1));
        Assert.That(json.Json.GetProperty("standardError").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await RunAsync(ModelCopy.DemoDraft)).Output, Does.Match(@"(?m)^loss +[0-9.]+ nats per token$"));
    }

    [Test]
    public async Task ProgressIsShownOnATerminalOnlyAndLeavesTheProductAlone()
    {
        string[] arguments = ["perplexity", ModelCopy.DemoDraft, "--file", _file, "--ctx", "4"];
        CliResult piped = await CliRun.RunAsync(arguments);
        CliResult watched = await CliRun.RunWithAsync(host => host with { IsErrorTerminal = true }, arguments);
        Assert.That(piped.Error, Does.Not.Contain("\u001b").And.Not.Contain("scoring"));
        Assert.That(watched.Error, Does.Contain("\u001b[").And.Contain("scoring the text"));
        Assert.That(watched.Output, Is.EqualTo(piped.Output));
    }

    [TestCase]
    [TestCase("--json")]
    public async Task AReaderThatGoesAwayIsNoFailure(params string[] more)
    {
        CliResult result = await CliRun.RunWithAsync(
            host => host with { Output = new ClosedPipe() }, ["perplexity", ModelCopy.DemoDraft, "--file", _file, .. more]);
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Error, Does.Not.Contain("error"));
    }

    [Test]
    public async Task ExactIsAskedOfTheDevice([Values] bool exact)
    {
        DelegatingDevice? device = null;
        await CliRun.RunWithAsync(
            host => host with { CreateCpuDevice = _ => device = new DelegatingDevice() },
            "perplexity", ModelCopy.DemoDraft, "--file", _file, "--reference", ModelCopy.DemoTarget, "--exact", exact ? "true" : "false");
        Assert.That(device!.Promises, Is.EqualTo(Enumerable.Repeat(exact ? RowResults.Invariant : RowResults.BatchDependent, 2)));
    }

    private Task<CliResult> RunAsync(params string[] arguments) => CliRun.RunAsync(["perplexity", "--file", _file, "--device", "cpu", .. arguments]);
}
