using System.Text.Json.Nodes;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>How a checkpoint was, or is to be, quantized, as its config tells it.</summary>
public sealed record GptqRecipe
{
    /// <summary>Inputs that share a scale; null: all of a row.</summary>
    public required int? GroupSize { get; init; }

    /// <summary>Every zero is 8.</summary>
    public required bool IsSymmetric { get; init; }

    /// <summary>Groups are of inputs of like importance.</summary>
    public required bool HasActOrder { get; init; }

    /// <summary>What is said about the making, and read by nobody: the method, its settings. In this order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Meta { get; init; } = [];

    /// <summary>
    /// <c>quantization_config</c> as AutoGPTQ, GPTQModel, transformers and vLLM read it. Modules that cannot be packed are exempted both ways
    /// in use: <c>dynamic</c> names those that are not quantized, <c>modules_in_block_to_quantize</c> those that are.
    /// </summary>
    internal JsonObject ToJson(ModelConfig config)
    {
        IReadOnlyList<LinearGroup> groups = LinearGroup.Of(config);
        JsonObject json = new()
        {
            ["quant_method"] = "gptq",
            ["bits"] = 4,
            ["group_size"] = GroupSize ?? -1,
            ["sym"] = IsSymmetric,
            ["desc_act"] = HasActOrder,
            ["static_groups"] = false,
            ["true_sequential"] = true,
            ["lm_head"] = false,
            ["checkpoint_format"] = "gptq",
            ["pack_dtype"] = "int32",
        };
        string[] dense = [.. groups.Where(g => !g.CanBePacked).SelectMany(g => g.Modules)];
        if (dense.Length > 0)
        {
            json["dynamic"] = new JsonObject(dense.Select(m => KeyValuePair.Create($@"-:.*\.{m.Replace(".", @"\.", StringComparison.Ordinal)}$", (JsonNode?)new JsonObject())));
            json["modules_in_block_to_quantize"] = new JsonArray(
                [.. groups.Where(g => g.CanBePacked).Select(g => new JsonArray([.. g.Modules.Select(m => JsonValue.Create(m))]))]);
        }

        json["meta"] = new JsonObject(Meta.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)JsonValue.Create(m.Value))));
        return json;
    }

    /// <summary>What a loader will make of it.</summary>
    internal QuantizationConfig ToConfig(ModelConfig config, string path)
        => Config.GptqConfigReader.Read(ConfigFields.Parse(JsonFile.Bytes(ToJson(config)), path));
}
