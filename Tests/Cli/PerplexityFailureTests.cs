using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Kernels;
using SpecExecNative.Tests.Loaders;

namespace SpecExecNative.Tests.Cli;

/// <summary>What <c>perplexity</c> refuses, and how it ends early.</summary>
public sealed class PerplexityFailureTests
{
    private const string Text = "And the evening and the morning were the first day.\n";

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

    [TestCase("--ctx", "1")]
    [TestCase("--ctx", "many")]
    [TestCase("--stride", "0")]
    [TestCase("--stride", "513")]
    [TestCase("--stride", "300", Description = "the model's context is 256")]
    [TestCase("--max-tokens", "0")]
    [TestCase("--device", "toaster")]
    public async Task SenselessValueIsUsageAndNamesTheOption(string option, string value)
        => AssertUsage(await RunAsync(ModelCopy.DemoDraft, option, value), option);

    [Test]
    public async Task ContextBeyondTheModelsIsUsageAndNamesBoth()
        => AssertUsage(await RunAsync(ModelCopy.DemoDraft, "--ctx", "257"), "--ctx 257", "256", ModelCopy.DemoDraft);

    [Test]
    public async Task ContextBeyondTheReferencesIsUsageAndNamesBoth()
    {
        using ModelCopy narrow = ModelCopy.Of(ModelCopy.DemoDraft).Edit("config.json", json => json["max_position_embeddings"] = 40);
        AssertUsage(await RunAsync(ModelCopy.DemoDraft, "--reference", narrow.Path, "--ctx", "41"), "--ctx 41", "40", narrow.Path);
    }

    [TestCase("--file", "a.txt", "one", "-m", "two")]
    [TestCase("--file", "a.txt", "")]
    [TestCase("--file", "a.txt", "one", "--reference", "")]
    [TestCase("somewhere")]
    [TestCase("somewhere", "--file", "no-such-file.txt")]
    [TestCase("somewhere", "--file", "")]
    public async Task SenselessCommandLineIsUsage(params string[] arguments)
        => AssertUsage(await CliRun.RunAsync(["perplexity", .. arguments]));

    [Test]
    public async Task FileThatCannotBeReadIsNamed()
    {
        AssertUsage(await CliRun.RunAsync("perplexity", "--file", "no-such-file.txt"), "no-such-file.txt");
        AssertUsage(await CliRun.RunAsync("perplexity", "--file", _folder.Path), _folder.Path);
    }

    [TestCase("latin1")]
    [TestCase("utf-16")]
    public async Task FileThatIsNotUtf8IsRefusedByName(string encoding)
    {
        await File.WriteAllTextAsync(_file, "Élie", Encoding.GetEncoding(encoding));
        AssertUsage(await RunAsync(ModelCopy.DemoDraft), "UTF-8", _file);
    }

    [TestCase("")]
    [TestCase("a", Description = "without an opening token")]
    public async Task TextWithoutATokenToScoreIsRefused(string text)
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft);
        if (text.Length > 0)
        {
            model.Edit("tokenizer_config.json", json => json["add_bos_token"] = false);
        }

        await File.WriteAllTextAsync(_file, text);
        AssertUsage(await RunAsync(model.Path), "too short");
    }

    [Test]
    public async Task ReferenceWithAnotherVocabularyIsMismatch()
    {
        using ModelCopy reference = ModelCopy.Of(ModelCopy.DemoDraft).Edit("tokenizer.json", json =>
        {
            JsonObject vocabulary = json["model"]!["vocab"]!.AsObject();
            (int a, int b) = (vocabulary["a"]!.GetValue<int>(), vocabulary["b"]!.GetValue<int>());
            (vocabulary["a"], vocabulary["b"]) = (b, a);
        });
        CliResult result = await RunAsync(ModelCopy.DemoDraft, "--reference", reference.Path);
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.ModelMismatch));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("\"a\" to the model and \"b\" to the reference"));
    }

    [Test]
    public async Task MissingModelsAreBadModels()
    {
        foreach (string[] arguments in (string[][])[["nobody/no-such-model"], [ModelCopy.DemoDraft, "--reference", "nobody/no-such-model"]])
        {
            CliResult result = await RunAsync(arguments);
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.BadModel));
            Assert.That(result.Error, Does.Contain("nobody/no-such-model"));
        }
    }

    [Test]
    public async Task CancelledBeforeTheStartNothingIsComputed()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        AssertCancelled(await CliRun.RunWithAsync(host => host, cancellation.Token, "perplexity", "--file", _file));
    }

    [TestCase]
    [TestCase("--json")]
    public async Task CancelledInBetweenThereIsNoVerdict(params string[] more)
    {
        await File.WriteAllTextAsync(_file, string.Concat(Enumerable.Repeat(Text, 10)));
        using var cancellation = new CancellationTokenSource();
        int waits = 0;
        ComputeQueue Meddle(ComputeQueue queue) => new MeddlingQueue(queue)
        {
            Waited = () =>
            {
                if (Interlocked.Increment(ref waits) == 20)
                {
                    cancellation.Cancel();
                }
            },
        };
        AssertCancelled(await CliRun.RunWithAsync(
            host => host with { CreateCpuDevice = _ => new DelegatingDevice(Meddle) },
            cancellation.Token,
            ["perplexity", ModelCopy.DemoDraft, "--file", _file, "--ctx", "2", "--stride", "1", .. more]));
    }

    private Task<CliResult> RunAsync(params string[] arguments) => CliRun.RunAsync(["perplexity", "--file", _file, "--device", "cpu", .. arguments]);

    private static void AssertUsage(CliResult result, params string[] named)
    {
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Usage), result.Error);
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("specexec: error: "));
        foreach (string name in named)
        {
            Assert.That(result.Error, Does.Contain(name));
        }
    }

    private static void AssertCancelled(CliResult result)
    {
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("cancelled").And.Not.Contain("error"));
    }
}
