using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using NUnit.Framework;

namespace SpecExecNative.Tests.DemoPair;

/// <summary>Promises about the files in tools/demo-pair, kept without the engine's own readers.</summary>
[TestFixture]
public sealed class DemoPairTests
{
    private const long MaxBytes = 16 * 1024 * 1024;

    private static readonly string[] Models = ["target", "draft"];

    [Test]
    public void TheCardNamesEveryFileWithItsSizeAndSha256()
    {
        Dictionary<string, (long Bytes, string Sha256)> actual = Models
            .SelectMany(model => Directory.EnumerateFiles(Path.Combine(ModelCard.Folder, model)))
            .ToDictionary(
                path => Path.GetRelativePath(ModelCard.Folder, path).Replace('\\', '/'),
                path => (new FileInfo(path).Length, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))));

        Assert.That(ModelCard.Read().Files, Is.EquivalentTo(actual));
    }

    [Test]
    public void ThePairTakesAtMostSixteenMegabytes()
    {
        long total = Directory.EnumerateFiles(ModelCard.Folder, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);

        Assert.That(total, Is.InRange(1, MaxBytes));
    }

    [TestCase("tokenizer.json")]
    [TestCase("tokenizer_config.json")]
    [TestCase("special_tokens_map.json")]
    [TestCase("generation_config.json")]
    public void DraftAndTargetShareOneTokenizer(string file)
    {
        byte[] target = File.ReadAllBytes(Path.Combine(ModelCard.Folder, "target", file));
        byte[] draft = File.ReadAllBytes(Path.Combine(ModelCard.Folder, "draft", file));

        Assert.That(draft, Is.EqualTo(target));
    }

    [TestCase("vocab_size")]
    [TestCase("max_position_embeddings")]
    [TestCase("bos_token_id")]
    [TestCase("eos_token_id")]
    public void DraftAndTargetAgreeOn(string field)
    {
        Assert.That(Number(Config("draft"), field), Is.EqualTo(Number(Config("target"), field)));
    }

    [TestCaseSource(nameof(Models))]
    public void TheConfigFitsTheTokenizer(string model)
    {
        JsonElement config = Config(model);
        JsonElement tokenizer = Json(model, "tokenizer.json");
        JsonElement tokenizerConfig = Json(model, "tokenizer_config.json");
        Dictionary<int, string> tokens = tokenizer.GetProperty("model").GetProperty("vocab").EnumerateObject()
            .ToDictionary(token => token.Value.GetInt32(), token => token.Name);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(tokens.Keys.Order(), Is.EqualTo(Enumerable.Range(0, Number(config, "vocab_size"))));
            Assert.That(tokens[Number(config, "bos_token_id")], Is.EqualTo(tokenizerConfig.GetProperty("bos_token").GetString()));
            Assert.That(tokens[Number(config, "eos_token_id")], Is.EqualTo(tokenizerConfig.GetProperty("eos_token").GetString()));
            Assert.That(Number(tokenizerConfig, "model_max_length"), Is.EqualTo(Number(config, "max_position_embeddings")));
        }
    }

    [TestCaseSource(nameof(Models))]
    public void TheConfigPromisesNoMoreContextThanTheCardSaysItWasTrainedOn(string model)
    {
        int context = Number(Config(model), "max_position_embeddings");

        Assert.That(ModelCard.Read().Text, Does.Contain($"\n| context | {context} | {context} |\n"));
    }

    [TestCaseSource(nameof(Models))]
    public void TheWeightsHaveTheShapesOfTheConfigAndTheParametersOfTheCard(string model)
    {
        Dictionary<string, long[]> shapes = WeightHeader(model).EnumerateObject()
            .Where(entry => entry.Name != "__metadata__")
            .ToDictionary(
                entry => entry.Name,
                entry => entry.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64()).ToArray());
        ModelCard card = ModelCard.Read();
        long parameters = shapes.Values.Sum(shape => shape.Aggregate(1L, (product, dimension) => product * dimension));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shapes, Is.EquivalentTo(ExpectedShapes(Config(model))));
            Assert.That(parameters, Is.EqualTo(model == "target" ? card.TargetParameters : card.DraftParameters));
        }
    }

    [TestCase("tools/demo-pair/README.md")]
    [TestCase("NOTICE")]
    public void TheLegendOfTheTextIsIncluded(string file)
    {
        string text = File.ReadAllText(TestData.Repository(file));

        Assert.That(text, Does.Contain("provided for unrestricted use provided that this\nlegend is included on all tape media"));
        Assert.That(text, Does.Contain("-- Chip Chapin, September 4, 1989"));
    }

    [Test]
    public void HeldOutTextHoldsAPromptOfEachOfItsChaptersAndTheCalibrationTextNone()
    {
        string[] heldOut = Chapters("held-out.txt");
        string[] calibration = Chapters("calibration.txt");
        string[] prompts = [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ModelCard.Folder, "held-out-prompts.json"))).RootElement.EnumerateArray().Select(prompt => prompt.GetString()!)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(heldOut, Has.Length.EqualTo(59));
            Assert.That(prompts.Zip(heldOut).Where(pair => !pair.Second.Contains(pair.First, StringComparison.Ordinal)), Is.Empty);
            Assert.That(calibration, Has.Length.EqualTo(28));
            Assert.That(calibration.Intersect(heldOut), Is.Empty);
        }
    }

    private static string[] Chapters(string file)
        => File.ReadAllText(Path.Combine(ModelCard.Folder, file)).Split("</s>", StringSplitOptions.RemoveEmptyEntries)
            .Select(chapter => chapter.StartsWith("<s>", StringComparison.Ordinal) ? chapter["<s>".Length..] : throw new InvalidDataException(chapter[..40])).ToArray();

    /// <summary>The tensors of a Llama with tied embeddings, [output, input].</summary>
    private static Dictionary<string, long[]> ExpectedShapes(JsonElement config)
    {
        long hidden = Number(config, "hidden_size");
        long inner = Number(config, "intermediate_size");
        long queries = Number(config, "num_attention_heads") * Number(config, "head_dim");
        long keys = Number(config, "num_key_value_heads") * Number(config, "head_dim");
        Dictionary<string, long[]> shapes = new()
        {
            ["model.embed_tokens.weight"] = [Number(config, "vocab_size"), hidden],
            ["model.norm.weight"] = [hidden],
        };
        for (int layer = 0; layer < Number(config, "num_hidden_layers"); layer++)
        {
            string prefix = $"model.layers.{layer}.";
            shapes[prefix + "input_layernorm.weight"] = [hidden];
            shapes[prefix + "post_attention_layernorm.weight"] = [hidden];
            shapes[prefix + "self_attn.q_proj.weight"] = [queries, hidden];
            shapes[prefix + "self_attn.k_proj.weight"] = [keys, hidden];
            shapes[prefix + "self_attn.v_proj.weight"] = [keys, hidden];
            shapes[prefix + "self_attn.o_proj.weight"] = [hidden, queries];
            shapes[prefix + "mlp.gate_proj.weight"] = [inner, hidden];
            shapes[prefix + "mlp.up_proj.weight"] = [inner, hidden];
            shapes[prefix + "mlp.down_proj.weight"] = [hidden, inner];
        }

        return shapes;
    }

    private static JsonElement WeightHeader(string model)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(ModelCard.Folder, model, "model.safetensors"));
        int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        return JsonDocument.Parse(file.AsMemory(sizeof(ulong), length)).RootElement;
    }

    private static JsonElement Config(string model)
    {
        return Json(model, "config.json");
    }

    private static JsonElement Json(string model, string file)
    {
        return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ModelCard.Folder, model, file))).RootElement;
    }

    private static int Number(JsonElement element, string field)
    {
        return element.GetProperty(field).GetInt32();
    }
}
