using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Config;

/// <summary>compressed-tensors' config.</summary>
internal static class CompressedConfigReader
{
    private const string Groups = "config_groups";
    private const string Format = "pack-quantized";

    /// <summary>The class of every matrix that could be quantized here.</summary>
    private const string LinearClass = "Linear";

    /// <exception cref="ModelConfigException">It is invalid, or not supported.</exception>
    public static QuantizationConfig Read(ConfigFields fields)
    {
        RequireFormat(fields, isRequired: true);
        QuantizationConfigReader.RequireNothing(fields, "kv_cache_scheme", "quantized keys and values are not supported.");
        QuantizationConfigReader.RequireNothing(fields, "transform_config", "transformed weights are not supported.");
        if (fields.Object("sparsity_config") is { } sparsity && sparsity.OptionalText("format") is not (null or "dense"))
        {
            throw sparsity.Refuse("format", "sparse weights are not supported.");
        }

        var rules = new ModuleRules(fields, Groups, isQuantizedByDefault: false);
        AddNames(rules, fields.OptionalTexts("ignore"), isQuantized: false);
        ConfigFields groups = fields.Object(Groups) ?? throw fields.Refuse(Groups, "is missing.");
        CompressedScheme? scheme = null;
        foreach (string name in groups.Names)
        {
            if (groups.Object(name) is { } group)
            {
                RequireFormat(group, isRequired: false);
                CompressedScheme own = CompressedScheme.Read(group);
                scheme = scheme is null || scheme == own
                    ? own
                    : throw groups.Refuse(name, "differs from the groups before it. Use a checkpoint that is quantized alike throughout.");
                AddNames(rules, group.OptionalTexts("targets"), isQuantized: true);
            }
        }

        return scheme is null
            ? throw fields.Refuse(Groups, "has no group.")
            : new QuantizationConfig(QuantizationMethod.CompressedTensors, rules)
            {
                GroupSize = scheme.GroupSize,
                IsSymmetric = scheme.IsSymmetric,
                HasActOrder = scheme.HasActOrder,
            };
    }

    private static void RequireFormat(ConfigFields fields, bool isRequired)
    {
        string? format = fields.OptionalText("format");
        if (format != Format && (isRequired || format is not null))
        {
            throw fields.Refuse("format", $"this format is not supported; {Format} is. Use a checkpoint of that format or the unquantized one.");
        }
    }

    private static void AddNames(ModuleRules rules, IReadOnlyList<string>? names, bool isQuantized)
    {
        foreach (string name in names ?? [])
        {
            if (name == LinearClass)
            {
                rules.Add(new ModuleRule(isQuantized, _ => true));
            }
            else if (name.StartsWith("re:", StringComparison.Ordinal))
            {
                rules.AddPattern(name[3..], isQuantized);
            }
            else
            {
                rules.AddExact(name, isQuantized);
            }
        }
    }
}
