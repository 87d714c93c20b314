using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Config;

/// <summary>AutoAWQ's config, and the file of its older versions.</summary>
internal static class AwqConfigReader
{
    private const string Exempt = "modules_to_not_convert";

    /// <exception cref="ModelConfigException">It is invalid, or not supported.</exception>
    public static QuantizationConfig Read(ConfigFields fields)
    {
        QuantizationConfigReader.RequireFourBits(fields, Name(fields, "bits", "w_bit"));
        string version = fields.Value("version") is not null ? "version" : fields.Value("checkpoint_format") is not null ? "checkpoint_format" : "format";
        if (fields.OptionalText(version)?.ToLowerInvariant() is not (null or "gemm"))
        {
            throw fields.Refuse(version, "weights in this arrangement are not supported; gemm is. Use a checkpoint of that version.");
        }

        if (fields.OptionalText("backend") is "llm-awq")
        {
            throw fields.Refuse("backend", "llm-awq arranges weights in another way; autoawq's is supported. Use a checkpoint that AutoAWQ made.");
        }

        return new QuantizationConfig(QuantizationMethod.Awq, Modules(fields))
        {
            GroupSize = QuantizationConfigReader.GroupSize(fields, Name(fields, "group_size", "q_group_size")),
            IsSymmetric = !(fields.OptionalFlag("zero_point") ?? true),
        };
    }

    private static string Name(ConfigFields fields, string name, string legacyName)
        => fields.Value(name) is null && fields.Value(legacyName) is not null ? legacyName : name;

    /// <summary>AutoAWQ quantizes layers only, and takes an exemption for a part of a name.</summary>
    private static ModuleRules Modules(ConfigFields fields)
    {
        var rules = new ModuleRules(fields, Exempt, isQuantizedByDefault: true);
        rules.AddExact("lm_head", isQuantized: false);
        foreach (string text in fields.OptionalTexts(Exempt) ?? [])
        {
            rules.AddContaining(text, isQuantized: false);
        }

        return rules;
    }
}
