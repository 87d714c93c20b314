using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using SpecExecNative.Cli;
using SpecExecNative.Cli.Inspection;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.Safetensors;
using SpecExecNative.Tests.Loaders;
using SpecExecNative.Tests.Loaders.Quantization;

namespace SpecExecNative.Tests.Cli.Inspection;

public sealed class InspectTests
{
    [Test]
    public async Task DemoTargetIsDescribedAndSupported()
    {
        CliResult result = await CliRun.RunAsync("inspect");
        Assert.That(result.Code, Is.Zero);
        foreach (string fact in (string[])
            ["Llama", "6, 256 wide, MLP 688", "4 query heads, 2 key/value heads of 64", "made for", "tied", "F16", "4.88 M parameters in 56 tensors", "<s> (0)", "supported"])
        {
            Assert.That(result.Output, Does.Contain(fact));
        }

        Assert.That(result.Output, Does.Contain("model.layers.{0…5}.mlp.up_proj.weight"));
        Assert.That(result.Output.Split('\n'), Has.None.EndsWith(" "));
    }

    [Test]
    public async Task VerboseListsEveryTensor()
    {
        string output = (await CliRun.RunAsync("inspect", "-v")).Output;
        for (int layer = 0; layer < 6; layer++)
        {
            Assert.That(output, Does.Contain($"model.layers.{layer}.self_attn.q_proj.weight"));
        }

        Assert.That(output, Does.Not.Contain("{0…5}"));
    }

    [Test]
    public async Task JsonHasTheSameFacts()
    {
        JsonElement json = (await CliRun.RunAsync("inspect", ModelCopy.DemoDraft, "--json")).Json;
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("supported").GetBoolean(), Is.True);
            Assert.That(json.GetProperty("parameters").GetInt64(), Is.EqualTo(625_280));
            Assert.That(json.GetProperty("bytes").GetInt64(), Is.EqualTo(2 * 625_280));
            Assert.That(json.GetProperty("config").GetProperty("hiddenSize").GetInt32(), Is.EqualTo(128));
            Assert.That(json.GetProperty("tokenizer").GetProperty("vocabularySize").GetInt32(), Is.EqualTo(2048));
            Assert.That(json.GetProperty("types").GetProperty("F16").GetProperty("tensors").GetInt32(), Is.EqualTo(json.GetProperty("tensors").GetArrayLength()));
        });
    }

    [TestCase("gptq", "Gptq, 4 bits, groups of 8, inputs reordered", "I32")]
    [TestCase("awq", "Awq, 4 bits, groups of 8", "F16")]
    [TestCase("compressed", "CompressedTensors, 4 bits, groups of 8, inputs reordered", "BF16")]
    public async Task QuantizationIsNamed(string format, string words, string type)
    {
        using var directory = new TemporaryDirectory();
        new QuantizedCheckpoint(format).Write(directory);

        string output = (await CliRun.RunAsync("inspect", directory.Path)).Output;
        Assert.That(output, Does.Contain(words).And.Contain(type).And.Contain(" words in ").And.Not.Contain("not used"));
        JsonElement json = (await CliRun.RunAsync("inspect", directory.Path, "--json")).Json.GetProperty("config").GetProperty("quantization");
        Assert.That((json.GetProperty("bits").GetInt32(), json.GetProperty("groupSize").GetInt32()), Is.EqualTo((4, 8)));
        JsonElement dense = (await CliRun.RunAsync("inspect", ModelCopy.DemoDraft, "--json")).Json.GetProperty("config").GetProperty("quantization");
        Assert.That(dense.ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task KvCacheIsCountedInTheDevicesType()
    {
        // Draft of the demo pair: 2 layers, 2 KV heads of 32, keys and values.
        const int Elements = 2 * 2 * 2 * 32;
        CliResult wide = await CliRun.RunAsync("inspect", ModelCopy.DemoDraft);
        CliResult narrow = await CliRun.RunWithAsync(
            host => host with { CreateCpuDevice = _ => new DelegatingDevice(kvType: DType.BF16) }, "inspect", ModelCopy.DemoDraft);
        Assert.That(wide.Output, Does.Contain($"{Elements * 4 / 1024.0:0.00} KiB a token (F32)"));
        Assert.That(narrow.Output, Does.Contain($"{Elements * 2} B a token (BF16)"));
    }

    [Test]
    public async Task JsonHasTheWholeRopeScalingAndRecommendation()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft)
            .Edit("config.json", json => json["rope_scaling"] = new JsonObject
            {
                ["rope_type"] = "llama3",
                ["factor"] = 8.5,
                ["low_freq_factor"] = 1.25,
                ["high_freq_factor"] = 4.5,
                ["original_max_position_embeddings"] = 64,
            })
            .Edit("generation_config.json", json => json["do_sample"] = false);
        JsonElement json = (await CliRun.RunAsync("inspect", model.Path, "--json")).Json;
        JsonElement scaling = json.GetProperty("config").GetProperty("ropeScaling");
        string words = (await CliRun.RunAsync("inspect", model.Path)).Output;
        JsonElement unscaled = (await CliRun.RunAsync("inspect", ModelCopy.DemoDraft, "--json")).Json;
        Assert.Multiple(() =>
        {
            Assert.That(scaling.GetProperty("factor").GetDouble(), Is.EqualTo(8.5));
            Assert.That(scaling.GetProperty("lowFrequencyFactor").GetDouble(), Is.EqualTo(1.25));
            Assert.That(scaling.GetProperty("highFrequencyFactor").GetDouble(), Is.EqualTo(4.5));
            Assert.That(scaling.GetProperty("originalMaxPositionEmbeddings").GetInt32(), Is.EqualTo(64));
            Assert.That(words, Does.Contain("llama3 scaling by 8.5 from 64 (low 1.25, high 4.5)"));
            Assert.That(unscaled.GetProperty("config").GetProperty("ropeScaling").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("recommendedSampling").GetProperty("doSample").GetBoolean(), Is.False);
        });
    }

    [TestCase("stories260K", true)]
    [TestCase("stories260K-bf16", true)]
    [TestCase("stories260K-sharded", false)]
    public async Task RealModelsAreJudged(string name, bool hasTokenizer)
    {
        string model = TestData.Shared(Path.Combine("models", name));
        JsonElement json = (await CliRun.RunAsync("inspect", model, "--json")).Json;
        Assert.That(json.GetProperty("config").GetProperty("layers").GetInt32(), Is.EqualTo(5));
        Assert.That(json.GetProperty("config").GetProperty("hiddenSize").GetInt32(), Is.EqualTo(64));
        Assert.That(json.GetProperty("supported").GetBoolean(), Is.EqualTo(hasTokenizer));
    }

    [Test]
    public async Task SingleFileIsListed()
    {
        CliResult result = await CliRun.RunAsync("inspect", Path.Combine(ModelCopy.DemoTarget, "model.safetensors"));
        Assert.That(result.Code, Is.Zero);
        Assert.That(result.Output, Does.Contain("model.embed_tokens.weight").And.Contain("[2048, 256]").And.Contain("a sound safetensors file"));
    }

    [Test]
    public async Task DamagedFileIsABadModelWithItsProblem()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "this is no safetensors file at all");
            CliResult result = await CliRun.RunAsync("inspect", file);
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.BadModel));
            Assert.That(result.Output, Does.Contain("problem").And.Contain("not a readable safetensors file"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task OneFaultDoesNotHideTheRest()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft).Edit("config.json", json => json["hidden_act"] = "gelu");
        CliResult result = await CliRun.RunAsync("inspect", "-m", model.Path);
        Assert.Multiple(() =>
        {
            Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.BadModel));
            Assert.That(result.Output, Does.Contain("hidden_act").And.Contain("cannot run"));
            Assert.That(result.Output, Does.Contain("model.embed_tokens.weight"), "the tensors are still listed");
            Assert.That(result.Output, Does.Contain("2,048 tokens"), "and so is the tokenizer");
        });
    }

    [TestCase]
    [TestCase("--json")]
    public async Task VerdictOutlivesTheReaderOfTheReport(params string[] more)
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft).Edit("config.json", json => json["hidden_act"] = "gelu");
        CliResult broken = await CliRun.RunWithAsync(host => host with { Output = new ClosedPipe() }, ["inspect", model.Path, .. more]);
        CliResult sound = await CliRun.RunWithAsync(host => host with { Output = new ClosedPipe() }, ["inspect", ModelCopy.DemoDraft, .. more]);
        Assert.That((ExitCode)broken.Code, Is.EqualTo(ExitCode.BadModel));
        Assert.That((ExitCode)sound.Code, Is.EqualTo(ExitCode.Success));
        Assert.That(broken.Error + sound.Error, Is.Empty);
    }

    [Test]
    public async Task EveryFaultIsTold()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft).Edit("config.json", json => json["intermediate_size"] = 345);
        File.WriteAllText(model.Inside("tokenizer.json"), "{");
        JsonElement json = (await CliRun.RunAsync("inspect", model.Path, "--json")).Json;
        string[] problems = [.. json.GetProperty("problems").EnumerateArray().Select(p => p.GetString()!)];
        Assert.That(problems, Has.Some.Contains("345").And.Some.Contains("tokenizer.json"));
    }

    [Test]
    public async Task NothingThereIsAnError()
    {
        CliResult result = await CliRun.RunAsync("inspect", "nobody/no-such-model");
        Assert.That((ExitCode)result.Code, Is.EqualTo(ExitCode.BadModel));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.StartWith("specexec: error: "));
    }

    [Test]
    public void LayersAreGroupedByNameTypeAndShape()
    {
        IReadOnlyList<TensorGroup> groups = TensorGroup.Of(
        [
            Tensor("h.0.w", 4), Tensor("h.1.w", 4), Tensor("h.2.w", 4), Tensor("h.5.w", 4), Tensor("h.3.w", 8), Tensor("h.10.w", 4), Tensor("norm", 4),
        ]);
        Assert.That(
            groups.Select(g => (g.Pattern, g.Count, g.Bytes)),
            Is.EquivalentTo(((string, int, long)[])[("h.{0…2,5,10}.w", 5, 40), ("h.3.w", 1, 16), ("norm", 1, 8)]));
    }

    [Test]
    public async Task NamesFromAFileCannotSteerTheTerminal()
    {
        using ModelCopy model = ModelCopy.Of(ModelCopy.DemoDraft)
            .Edit("tokenizer.json", json => json["added_tokens"]![0]!["content"] = "\u001b]0;owned\u0007");
        CliResult result = await CliRun.RunAsync("inspect", model.Path);
        Assert.That(result.Output + result.Error, Does.Not.Contain("\u001b").And.Not.Contain("\u0007"));
    }

    private static TensorSummary Tensor(string name, long size) => new(name, TensorType.F16, [size], 2 * size, "model.safetensors");
}
