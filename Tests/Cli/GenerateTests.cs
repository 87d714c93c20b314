using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace SpecExecNative.Tests.Cli;

public sealed class GenerateTests
{
    private const string Prompt = "And God said";

    [Test]
    public async Task TextIsTheOnlyThingOnStdoutAndEndsTheLine()
    {
        CliResult text = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "20", "--seed", "1");
        CliResult json = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "20", "--seed", "1", "--json");
        Assert.That(text.Code, Is.Zero);
        Assert.That(text.Output, Is.EqualTo(json.Json.GetProperty("text").GetString() + "\n"));
        Assert.That(text.Output, Does.Not.StartWith(Prompt), "the prompt is not repeated");
    }

    [Test]
    public async Task WithoutModelTheDemoPairIsUsedAndNamedOnStderr()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "4");
        Assert.That(result.Error, Does.Contain("demo pair"));
        Assert.That(result.Output, Does.Not.Contain("demo pair"));
    }

    [Test]
    public async Task StatisticsAreOnStderr()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "12", "--seed", "1");
        foreach (string label in (string[])["prompt", "text", "iterations", "tokens per iteration", "accepted", "draft", "verify", "walk", "plain", "speed-up"])
        {
            Assert.That(result.Error, Does.Contain(label));
        }

        Assert.That(result.Error, Does.Not.Contain("\u001b"), "no escape codes where there is no terminal");
    }

    [Test]
    public async Task JsonHoldsTheFiguresAndTheyAgree()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "30", "--seed", "5", "--json", "-v");
        JsonElement json = result.Json;
        int tokens = result.TokenIds.Length;
        int iterations = json.GetProperty("iterations").GetInt32();
        JsonElement[] each = [.. json.GetProperty("perIteration").EnumerateArray()];
        Assert.Multiple(() =>
        {
            Assert.That(tokens, Is.EqualTo(30));
            Assert.That(json.GetProperty("finishReason").GetString(), Is.EqualTo("length"));
            Assert.That(json.GetProperty("seed").GetUInt64(), Is.EqualTo(5));
            Assert.That(json.GetProperty("promptTokens").GetInt32(), Is.GreaterThan(1));
            Assert.That(json.GetProperty("tokensPerIteration").GetDouble(), Is.EqualTo((double)tokens / iterations).Within(1e-12));
            Assert.That(json.GetProperty("decodeTokensPerSecond").GetDouble(), Is.EqualTo(tokens / json.GetProperty("decodeSeconds").GetDouble()).Within(0.1).Percent);
            Assert.That(json.GetProperty("accepted").GetInt32(), Is.EqualTo(each.Sum(i => i.GetProperty("accepted").GetInt32())));
            Assert.That(json.GetProperty("drafted").GetInt32(), Is.EqualTo(each.Sum(i => i.GetProperty("treeNodes").GetInt32())));
            Assert.That(each, Has.Length.EqualTo(iterations));
            Assert.That(each.Sum(i => i.GetProperty("tokens").GetInt32()), Is.EqualTo(tokens));
            Assert.That(json.GetProperty("plainDecodingSecondsPerToken").GetDouble(), Is.Positive);
            Assert.That(json.GetProperty("speedup").GetDouble(), Is.Positive);
        });
    }

    [Test]
    public async Task JsonIsOneLine()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "30", "--json");
        Assert.That(result.Output.TrimEnd('\n'), Does.Not.Contain('\n'));
        Assert.That(result.Output, Does.EndWith("}\n"));
    }

    [TestCase(11)]
    [TestCase(12)]
    public async Task SameSeedSameTokensWhateverTheMethod(int seed)
    {
        var texts = new List<int[]>();
        foreach (string method in (string[])["specexec", "chain", "none"])
        {
            CliResult result = await CliRun.RunAsync(
                "generate", "-p", Prompt, "-n", "40", "--seed", $"{seed}", "--temp", "0.9", "--method", method, "--tree-budget", "12", "--json");
            Assert.That(result.Json.GetProperty("method").GetString(), Is.EqualTo(method));
            texts.Add(result.TokenIds);
        }

        Assert.That(texts[0], Has.Length.EqualTo(40));
        Assert.That(texts[1], Is.EqualTo(texts[0]));
        Assert.That(texts[2], Is.EqualTo(texts[0]));
    }

    [Test]
    public async Task SameSeedSameTokensWithSampledTrees()
    {
        string[] arguments = ["generate", "-p", Prompt, "-n", "40", "--seed", "11", "--temp", "0.9", "--method", "specinfer", "--tree-budget", "12", "--json"];
        CliResult one = await CliRun.RunAsync(arguments);
        CliResult two = await CliRun.RunAsync(arguments);

        Assert.That(one.Json.GetProperty("method").GetString(), Is.EqualTo("specinfer"));
        Assert.That(one.TokenIds, Has.Length.EqualTo(40).And.EqualTo(two.TokenIds));
        Assert.That(one.Json.GetProperty("tokensPerIteration").GetDouble(), Is.GreaterThan(1));
    }

    [Test]
    public async Task AnotherSeedGivesAnotherText()
    {
        CliResult one = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "30", "--seed", "1", "--temp", "1", "--json");
        CliResult two = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "30", "--seed", "2", "--temp", "1", "--json");
        Assert.That(two.TokenIds, Is.Not.EqualTo(one.TokenIds));
    }

    [Test]
    public async Task TemperatureZeroNeedsNoSeed()
    {
        CliResult one = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "20", "--temp", "0", "--seed", "1", "--json");
        CliResult two = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "20", "--temp", "0", "--seed", "2", "--json");
        Assert.That(two.TokenIds, Is.EqualTo(one.TokenIds));
    }

    [Test]
    public async Task TreeOptionsReachTheEngine()
    {
        CliResult result = await CliRun.RunAsync(
            "generate", "-p", Prompt, "-n", "20", "--tree-budget", "9", "--tree-depth", "3", "--tree-batch", "2", "--tree-width", "4",
            "--tree-min-logprob", "-3.5", "--draft-temp", "0.7", "--json", "-v");
        JsonElement tree = result.Json.GetProperty("tree");
        Assert.Multiple(() =>
        {
            Assert.That(tree.GetProperty("batch").GetInt32(), Is.EqualTo(2));
            Assert.That(tree.GetProperty("width").GetInt32(), Is.EqualTo(4));
            Assert.That(tree.GetProperty("minLogProb").GetDouble(), Is.EqualTo(-3.5));
            Assert.That(tree.GetProperty("draftTemperature").GetDouble(), Is.EqualTo(0.7));
            foreach (JsonElement iteration in result.Json.GetProperty("perIteration").EnumerateArray())
            {
                Assert.That(iteration.GetProperty("treeNodes").GetInt32(), Is.LessThanOrEqualTo(9));
                Assert.That(iteration.GetProperty("treeDepth").GetInt32(), Is.LessThanOrEqualTo(3));
            }
        });
    }

    [Test]
    public async Task SamplingOptionsChangeTheText()
    {
        string[] plain = ["generate", "-p", Prompt, "-n", "24", "--seed", "3", "--temp", "1", "--json"];
        int[] text = (await CliRun.RunAsync(plain)).TokenIds;
        int[] greedy = (await CliRun.RunAsync("generate", "-p", Prompt, "-n", "24", "--temp", "0", "--json")).TokenIds;
        foreach (string[] option in (string[][])[["--top-k", "1"], ["--top-p", "0.000001"], ["--min-p", "1"]])
        {
            int[] narrowed = (await CliRun.RunAsync([.. plain, .. option])).TokenIds;
            Assert.That(narrowed, Is.EqualTo(greedy), $"{option[0]} leaves the most probable token only");
        }

        Assert.That(text, Is.Not.EqualTo(greedy));
        int[] penalised = (await CliRun.RunAsync([.. plain, "--repeat-penalty", "1.5"])).TokenIds;
        Assert.That(penalised, Is.Not.EqualTo(text));
    }

    [Test]
    public async Task StopStringEndsTheTextBeforeIt()
    {
        string[] arguments = ["generate", "-p", Prompt, "-n", "60", "--seed", "4", "--json"];
        string whole = (await CliRun.RunAsync(arguments)).Json.GetProperty("text").GetString()!;
        string stop = whole.Substring(whole.Length / 2, 3);
        JsonElement cut = (await CliRun.RunAsync([.. arguments, "--stop", "never-there", "--stop", stop])).Json;
        Assert.That(cut.GetProperty("text").GetString(), Is.EqualTo(whole[..whole.IndexOf(stop, StringComparison.Ordinal)]));
        Assert.That(cut.GetProperty("finishReason").GetString(), Is.EqualTo("stop"));
    }

    [Test]
    public async Task NoTokensGiveAnEmptyLine()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "0");
        Assert.That((result.Code, result.Output), Is.EqualTo((0, "\n")));
    }

    [Test]
    public async Task UnlimitedTextEndsAtTheContext()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "-1", "-c", "48", "--seed", "1", "--json");
        JsonElement json = result.Json;
        Assert.That(json.GetProperty("finishReason").GetString(), Is.EqualTo("context"));
        Assert.That(json.GetProperty("promptTokens").GetInt32() + result.TokenIds.Length, Is.EqualTo(48));
    }

    [Test]
    public async Task TargetAloneDecodesPlainlyAndSaysSo()
    {
        CliResult result = await CliRun.RunAsync("generate", "-m", ModelCopy.DemoTarget, "-p", Prompt, "-n", "5", "--json");
        Assert.That(result.Json.GetProperty("method").GetString(), Is.EqualTo("none"));
        Assert.That(result.Json.GetProperty("tree").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(result.Error, Does.Contain("no --model-draft"));
    }

    [Test]
    public async Task TheModelsRecommendedSamplingIsTheDefaultAndTheCommandLineWins()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft);
        model.Edit("generation_config.json", json =>
        {
            json["do_sample"] = true;
            json["temperature"] = 0.25;
            json["top_k"] = 7;
            json["top_p"] = 0.5;
            json["repetition_penalty"] = 1.25;
        });
        CliResult result = await CliRun.RunAsync("generate", "-m", model.Path, "-p", Prompt, "-n", "1", "--top-k", "3", "--json");
        JsonElement sampling = result.Json.GetProperty("sampling");
        Assert.Multiple(() =>
        {
            Assert.That(sampling.GetProperty("temperature").GetDouble(), Is.EqualTo(0.25));
            Assert.That(sampling.GetProperty("topK").GetInt32(), Is.EqualTo(3));
            Assert.That(sampling.GetProperty("topP").GetDouble(), Is.EqualTo(0.5));
            Assert.That(sampling.GetProperty("repeatPenalty").GetDouble(), Is.EqualTo(1.25));
        });
    }

    [Test]
    public async Task AModelThatRecommendsGreedyDecodingGetsIt()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft);
        model.Edit("generation_config.json", json => json["do_sample"] = false);
        CliResult result = await CliRun.RunAsync("generate", "-m", model.Path, "-p", Prompt, "-n", "1", "--json");
        Assert.That(result.Json.GetProperty("sampling").GetProperty("temperature").GetDouble(), Is.Zero);
    }

    [Test]
    public async Task AModelCannotSteerTheTerminalButAPipeGetsItsBytes()
    {
        // Every comma is an escape character: the two tokens change places.
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoTarget).Edit("tokenizer.json", json =>
        {
            const string Escape = "\u011b"; // as byte-level vocabularies spell the byte 1B
            JsonObject vocabulary = json["model"]!["vocab"]!.AsObject();
            (int comma, int escape) = (vocabulary[","]!.GetValue<int>(), vocabulary[Escape]!.GetValue<int>());
            (vocabulary[","], vocabulary[Escape]) = (escape, comma);
        });
        string[] arguments = ["generate", "-m", model.Path, "-p", Prompt, "-n", "40", "--temp", "0"];
        string piped = (await CliRun.RunAsync(arguments)).Output;
        string shown = (await CliRun.RunWithAsync(host => host with { IsOutputTerminal = true }, arguments)).Output;
        Assert.That(piped, Does.Contain("\u001b"));
        Assert.That(shown, Is.EqualTo(piped.Replace("\u001b", "\\u{1B}", StringComparison.Ordinal)));
    }

    [Test]
    public async Task NoticesAndStackTracesCannotSteerTheTerminal()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-m", "nobody/\u001b]0;owned\u0007", "-v");
        Assert.That(result.Error, Does.Contain("\\u{1B}]0;owned\\u{7}").And.Contain("   at SpecExecNative."));
        Assert.That(result.Error, Does.Not.Contain("\u001b").And.Not.Contain("\u0007"));
    }

    [Test]
    public async Task PlainDecodingHasItsStatisticsToo()
    {
        CliResult result = await CliRun.RunAsync("generate", "-p", Prompt, "-n", "12", "--seed", "1", "--method", "none");
        Assert.That(result.Error, Does.Match("(?m)^iterations +12, 1\\.00 tokens per iteration$").And.Not.Contain("drafted").And.Not.Contain("speed-up"));
    }

    [Test]
    public async Task ColoursAppearOnATerminalOnlyAndCanBeSwitchedOff()
    {
        string[] arguments = ["generate", "-p", Prompt, "-n", "4"];
        Task<CliResult> OnTerminal(string? noColor, params string[] more) => CliRun.RunWithAsync(
            host => host with { IsErrorTerminal = true, IsOutputTerminal = true, Variable = name => name == "NO_COLOR" ? noColor : null },
            [.. arguments, .. more]);
        Assert.That((await OnTerminal(noColor: null)).Error, Does.Contain("\u001b["));
        Assert.That((await OnTerminal(noColor: null, "--no-color")).Error, Does.Not.Contain("\u001b"));
        Assert.That((await OnTerminal(noColor: "1")).Error, Does.Not.Contain("\u001b"));
    }
}
