using System.Text.Json;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Json;

namespace SpecExecNative.Loaders.Quantization.Config;

/// <summary>The config of AutoGPTQ and GPTQModel.</summary>
internal static class GptqConfigReader
{
    private const string Head = "lm_head";
    private const string Dynamic = "dynamic";
    private const string BlockModules = "modules_in_block_to_quantize";
    private const string Repack = "weights in this arrangement are not supported; gptq and gptq_v2 are. Use a checkpoint of one of these.";

    /// <exception cref="ModelConfigException">It is invalid, or not supported.</exception>
    public static QuantizationConfig Read(ConfigFields fields)
    {
        QuantizationConfigReader.RequireFourBits(fields, "bits");
        QuantizationConfigReader.RequireNothing(fields, "is_marlin_format", Repack);
        QuantizationConfigReader.RequireNothing(fields, "rotation", "rotated weights are not supported.");
        QuantizationConfigReader.RequireNothing(fields, "adapter", "adapters are not supported.");
        RequirePackedIn32(fields);
        int? groupSize = QuantizationConfigReader.GroupSize(fields, "group_size");
        bool isSymmetric = fields.OptionalFlag("sym") ?? true;
        return new QuantizationConfig(QuantizationMethod.Gptq, Modules(fields, groupSize, isSymmetric))
        {
            GroupSize = groupSize,
            IsSymmetric = isSymmetric,
            HasActOrder = fields.OptionalFlag("desc_act") ?? false,
            StoresZerosLessOne = Version(fields) == 1,
        };
    }

    /// <summary>GPTQModel has two names for the field; where both are there they must agree.</summary>
    private static int Version(ConfigFields fields)
    {
        string? format = fields.OptionalText("checkpoint_format");
        string? otherFormat = fields.OptionalText("format");
        if (format is not null && otherFormat is not null && format != otherFormat)
        {
            throw fields.Refuse("format", $"contradicts checkpoint_format, {format}. Remove the wrong one.");
        }

        return (format ?? otherFormat) switch
        {
            null or "gptq" => 1,
            "gptq_v2" => 2,
            _ => throw fields.Refuse(format is null ? "format" : "checkpoint_format", Repack),
        };
    }

    private static ModuleRules Modules(ConfigFields fields, int? groupSize, bool isSymmetric)
    {
        bool inBlocksOnly = fields.Value(BlockModules) is not null;
        bool isHeadQuantized = fields.OptionalFlag("lm_head") ?? false;
        var rules = new ModuleRules(fields, Dynamic, isQuantizedByDefault: !inBlocksOnly);
        if (!isHeadQuantized)
        {
            rules.AddExact(Head, isQuantized: false);
        }

        AddDynamic(rules, fields, groupSize, isSymmetric);
        foreach (string text in fields.OptionalTexts("modules_to_not_convert") ?? [])
        {
            rules.AddContaining(text, isQuantized: false);
        }

        rules.AddExact(Head, isHeadQuantized);
        if (inBlocksOnly)
        {
            AddBlockModules(rules, fields);
        }

        return rules;
    }

    /// <summary><c>-:pattern</c> exempts modules; <c>+:pattern</c> or a bare one gives them parameters of their own.</summary>
    private static void AddDynamic(ModuleRules rules, ConfigFields fields, int? groupSize, bool isSymmetric)
    {
        ConfigFields? patterns = fields.Object(Dynamic);
        foreach (string pattern in patterns?.Names ?? [])
        {
            bool isExempt = pattern.StartsWith("-:", StringComparison.Ordinal);
            if (!isExempt && patterns!.Object(pattern) is { } overrides)
            {
                RequireDefaults(overrides, groupSize, isSymmetric);
            }

            rules.AddPattern(isExempt || pattern.StartsWith("+:", StringComparison.Ordinal) ? pattern[2..] : pattern, !isExempt);
        }
    }

    private static void RequireDefaults(ConfigFields overrides, int? groupSize, bool isSymmetric)
    {
        const string Problem = "modules with parameters of their own are not supported. Use a checkpoint that is quantized alike throughout.";
        if (overrides.OptionalInteger("bits", 1, 64) is not (null or 4))
        {
            throw overrides.Refuse("bits", Problem);
        }

        if (overrides.Value("group_size") is not null && QuantizationConfigReader.GroupSize(overrides, "group_size") != groupSize)
        {
            throw overrides.Refuse("group_size", Problem);
        }

        if ((overrides.OptionalFlag("sym") ?? isSymmetric) != isSymmetric)
        {
            throw overrides.Refuse("sym", Problem);
        }

        RequirePackedIn32(overrides);
    }

    private static void RequirePackedIn32(ConfigFields fields)
    {
        if (fields.OptionalText("pack_dtype") is not (null or "int32" or "torch.int32"))
        {
            throw fields.Refuse("pack_dtype", "only int32 is supported.");
        }
    }

    /// <summary>A list, or a list of lists, of names inside a layer such as <c>self_attn.q_proj</c>.</summary>
    private static void AddBlockModules(ModuleRules rules, ConfigFields fields)
    {
        ModelConfigException NoList() => fields.Refuse(BlockModules, "must be a list of lists of strings.");
        JsonElement list = fields.Value(BlockModules)!.Value;
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw NoList();
        }

        foreach (JsonElement outer in list.EnumerateArray())
        {
            foreach (JsonElement name in outer.ValueKind == JsonValueKind.Array ? outer.EnumerateArray().ToArray() : [outer])
            {
                string suffix = $".{JsonText.TextOf(name) ?? throw NoList()}";
                rules.Add(new ModuleRule(true, module => module.EndsWith(suffix, StringComparison.Ordinal)));
            }
        }
    }
}
