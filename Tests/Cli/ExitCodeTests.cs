using System.Text.Json.Nodes;
using NUnit.Framework;
using SpecExecNative.Cli;

namespace SpecExecNative.Tests.Cli;

public sealed class ExitCodeTests
{
    private static readonly string[] Generate = ["generate", "-p", "And", "-n", "4"];

    [TestCase("--temp", "-1")]
    [TestCase("--temp", "NaN")]
    [TestCase("--temp", "warm")]
    [TestCase("--top-k", "-1")]
    [TestCase("--top-p", "0")]
    [TestCase("--top-p", "1.5")]
    [TestCase("--min-p", "2")]
    [TestCase("--repeat-penalty", "0")]
    [TestCase("--seed", "-1")]
    [TestCase("--n-predict", "-2")]
    [TestCase("--ctx-size", "1")]
    [TestCase("--ctx-size", "1000000")]
    [TestCase("--stop", "")]
    [TestCase("--method", "magic")]
    [TestCase("--device", "toaster")]
    [TestCase("--threads", "0")]
    [TestCase("--tree-budget", "0")]
    [TestCase("--tree-depth", "0")]
    [TestCase("--tree-batch", "-1")]
    [TestCase("--tree-width", "0")]
    [TestCase("--tree-min-logprob", "0.5")]
    [TestCase("--draft-temp", "0")]
    public async Task SenselessValueIsUsageAndNamesTheOption(string option, string value)
    {
        CliResult result = await CliRun.RunAsync([.. Generate, option, value]);
        AssertFailure(result, ExitCode.Usage, option);
    }

    [TestCase("--temp", "-1", "--temp must be from 0 to 1000; -1 was given.")]
    [TestCase("--tree-budget", "0", "--tree-budget must be from 1 to 1,048,576; 0 was given.")]
    [TestCase("--ctx-size", "1", "--ctx-size must be 2 or more; 1 was given.")]
    public async Task VerdictOfTheEngineComesInTheCommandLinesNames(string option, string value, string message)
        => Assert.That((await CliRun.RunAsync([.. Generate, option, value])).Error, Is.EqualTo($"specexec: error: {message}\n"));

    [TestCase("no command")]
    [TestCase("unknown command", "conjure")]
    [TestCase("unknown option", "generate", "--frobnicate")]
    [TestCase("missing value", "generate", "--model")]
    [TestCase("two prompts", "generate", "-p", "a", "--prompt-file", "b")]
    [TestCase("draft without target", "generate", "-md", "somewhere")]
    [TestCase("speculation without draft", "generate", "-m", "somewhere", "--method", "specexec")]
    [TestCase("comparison without draft", "compare", "-m", "somewhere")]
    [TestCase("comparison without speculation", "compare", "--method", "none")]
    [TestCase("tree without speculation", "tree", "--method", "none")]
    [TestCase("iteration zero", "tree", "--iteration", "0")]
    [TestCase("no nodes", "tree", "--max-nodes", "0")]
    [TestCase("two products", "tree", "--dot", "-", "--svg", "-")]
    [TestCase("two models", "inspect", "a", "-m", "b")]
    public async Task SenselessCommandLineIsUsage(string why, params string[] arguments)
        => AssertFailure(await CliRun.RunAsync(arguments), ExitCode.Usage, "", why);

    [Test]
    public async Task IterationAfterTheEndIsUsage()
        => AssertFailure(await CliRun.RunAsync("tree", "-p", "And", "-n", "4", "--iteration", "99"), ExitCode.Usage, "--iteration");

    [Test]
    public async Task MissingModelIsBadModelAndSaysHowToGetIt()
        => AssertFailure(await CliRun.RunAsync([.. Generate, "-m", "nobody/no-such-model"]), ExitCode.BadModel, "hf download nobody/no-such-model");

    [Test]
    public async Task DamagedWeightsAreBadModel()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft);
        using (FileStream weights = File.OpenWrite(model.Inside("model.safetensors")))
        {
            weights.SetLength(weights.Length - 1);
        }

        AssertFailure(await CliRun.RunAsync([.. Generate, "-m", model.Path]), ExitCode.BadModel, "model.safetensors");
    }

    [Test]
    public async Task UnsupportedArchitectureIsBadModel()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft).Edit("config.json", json => json["model_type"] = "mamba");
        AssertFailure(await CliRun.RunAsync([.. Generate, "-m", model.Path]), ExitCode.BadModel, "mamba");
    }

    [Test]
    public async Task DraftWithAnotherVocabularyIsMismatch()
    {
        using ModelCopy draft = ModelCopy.Of(ModelCopy.DemoDraft).Edit("tokenizer.json", json =>
        {
            // The first two tokens of one character change places.
            JsonObject vocabulary = json["model"]!["vocab"]!.AsObject();
            string[] tokens = [.. vocabulary.Select(t => t.Key).Where(t => t.Length == 1).Take(2)];
            int first = vocabulary[tokens[0]]!.GetValue<int>();
            vocabulary[tokens[0]] = vocabulary[tokens[1]]!.GetValue<int>();
            vocabulary[tokens[1]] = first;
        });
        AssertFailure(
            await CliRun.RunAsync([.. Generate, "-m", ModelCopy.DemoTarget, "-md", draft.Path]), ExitCode.ModelMismatch, "");
    }

    [TestCase(1 << 20)]
    [TestCase(12 << 20)]
    public async Task DeviceWithoutRoomIsOutOfMemory(long bytes)
        => AssertFailure(
            await CliRun.RunWithAsync(host => host with { CreateCpuDevice = _ => new DelegatingDevice(memoryBytes: bytes) }, Generate),
            ExitCode.OutOfMemory,
            "bytes");

    [Test]
    public async Task FileThatCannotBeWrittenIsUnexpected()
    {
        string path = Path.Combine(Path.GetTempPath(), $"no-such-folder-{Guid.NewGuid():N}", "tree.svg");
        AssertFailure(await CliRun.RunAsync("tree", "-p", "And", "--tree-budget", "4", "--svg", path), ExitCode.Unexpected, "tree.svg");
    }

    [Test]
    public async Task ErrorsAreOneLineAndDetailsComeWithVerbose()
    {
        string[] arguments = [.. Generate, "-m", "nobody/no-such-model"];
        CliResult brief = await CliRun.RunAsync(arguments);
        Assert.That(brief.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(1));
        CliResult verbose = await CliRun.RunAsync([.. arguments, "-v"]);
        Assert.That(verbose.Error, Does.Contain("   at SpecExecNative."));
    }

    [Test]
    public async Task ReaderThatGoesAwayEndsTheCommandQuietly()
    {
        CliResult result = await CliRun.RunWithAsync(host => host with { Output = new ClosedPipe() }, "generate", "-p", "And", "-n", "200");
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Error, Does.Not.Contain("error").And.Not.Contain("speed-up"), "nothing is generated for nobody");
    }

    [TestCase("--help")]
    [TestCase("generate", "--help")]
    [TestCase("compare", "-h")]
    [TestCase("tree", "--help")]
    [TestCase("inspect", "--help")]
    [TestCase("perplexity", "--help")]
    [TestCase("doctor", "--help")]
    [TestCase("kernels", "--help")]
    [TestCase("kernels", "compile", "--help")]
    public async Task HelpNamesEveryExitCode(params string[] arguments)
    {
        CliResult result = await CliRun.RunAsync(arguments);
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Error, Is.Empty);
        foreach (ExitCode code in Enum.GetValues<ExitCode>())
        {
            Assert.That(result.Output, Does.Match($@"(?m)^ +{(int)code}  \S"));
        }
    }

    [Test]
    public async Task ReadmeListsEveryExitCode()
    {
        string readme = await File.ReadAllTextAsync(TestData.Repository("tools/SpecExec.Cli/README.md"));
        foreach (ExitCode code in Enum.GetValues<ExitCode>())
        {
            Assert.That(readme, Does.Match($@"(?m)^\| {(int)code} \| \S"));
        }
    }

    private static void AssertFailure(CliResult result, ExitCode code, string named, string? why = null)
    {
        Assert.Multiple(() =>
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(code), why ?? result.Error);
            Assert.That(result.Output, Is.Empty, "a failure has no product");
            Assert.That(result.Error, Does.Contain("specexec: error: "));
            Assert.That(result.Error, Does.Contain(named));
            Assert.That(result.Error, Does.Not.Contain("   at "), "no stack trace without -v");
        });
    }
}
