namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>What an architecture fixes, and the values that transformers' config class takes for fields that config.json leaves out.</summary>
/// <param name="Architecture">The family.</param>
/// <param name="ModelType">Its <c>model_type</c>.</param>
/// <param name="ClassName">Its entry in <c>architectures</c>.</param>
internal sealed record ArchitectureTraits(ModelArchitecture Architecture, string ModelType, string ClassName)
{
    private static readonly ArchitectureTraits[] All =
    [
        new(ModelArchitecture.Llama, "llama", "LlamaForCausalLM")
        {
            HasAttentionBiasSwitch = true,
            DefaultMaxPositions = 2048,
        },
        new(ModelArchitecture.Mistral, "mistral", "MistralForCausalLM")
        {
            DefaultMaxPositions = 131_072,
            DefaultKvHeads = 8,
        },
        new(ModelArchitecture.Qwen2, "qwen2", "Qwen2ForCausalLM")
        {
            AlwaysQkvBias = true,
            HasWindowSwitch = true,
            DefaultMaxPositions = 32_768,
            DefaultKvHeads = 32,
        },
        new(ModelArchitecture.Qwen3, "qwen3", "Qwen3ForCausalLM")
        {
            HasAttentionBiasSwitch = true,
            HasWindowSwitch = true,
            QueryKeyNorm = true,
            DefaultMaxPositions = 32_768,
            DefaultKvHeads = 32,
            DefaultHeadDim = 128,
        },
    ];

    /// <summary><c>attention_bias</c> switches the biases of q, k, v and o.</summary>
    public bool HasAttentionBiasSwitch { get; private init; }

    /// <summary>q, k and v have biases whatever the config says.</summary>
    public bool AlwaysQkvBias { get; private init; }

    public bool QueryKeyNorm { get; private init; }

    /// <summary>Windows are governed by <c>use_sliding_window</c>, <c>max_window_layers</c> and <c>layer_types</c>.</summary>
    public bool HasWindowSwitch { get; private init; }

    public int DefaultMaxPositions { get; private init; }

    /// <summary>G where config.json has no <c>num_key_value_heads</c>; null: H. Where it is there as <c>null</c>, it is H for all.</summary>
    public int? DefaultKvHeads { get; private init; }

    /// <summary>h where config.json has no <c>head_dim</c>; null: D / H.</summary>
    public int? DefaultHeadDim { get; private init; }

    /// <exception cref="ModelConfigException">The model's type is missing or not supported.</exception>
    public static ArchitectureTraits Of(ConfigFields config)
    {
        string supported = string.Join(", ", All.Select(a => a.ModelType));
        string? modelType = config.OptionalText("model_type");
        ArchitectureTraits traits = All.FirstOrDefault(a => a.ModelType == modelType)
            ?? throw config.Refuse("model_type", $"this architecture is not supported; {supported} are.");
        if (config.OptionalTexts("architectures") is { Count: > 0 } classes && !classes.Contains(traits.ClassName, StringComparer.OrdinalIgnoreCase))
        {
            throw config.Refuse(
                "architectures", $"is not the plain text generator {traits.ClassName}. A variant with other layers or another head is not supported.");
        }

        return traits;
    }
}
