using SpecExecNative.Loaders.Quantization.Config;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// Reads config.json as transformers would, and refuses, by name, whatever would give other numbers here than there.
/// </summary>
public static class ModelConfigReader
{
    public const string ConfigFileName = "config.json";

    public const string GenerationConfigFileName = "generation_config.json";

    private const double DefaultRmsNormEpsilon = 1e-6;

    /// <param name="configPath">config.json. Older quantized checkpoints have a file beside it that says how.</param>
    /// <param name="generationConfigPath">generation_config.json, if there is one: it may name further tokens that end a text.</param>
    /// <exception cref="ModelConfigException">A file is missing or damaged, or the model is not supported.</exception>
    public static ModelConfig Read(string configPath, string? generationConfigPath = null)
        => Read(
            ConfigFields.Read(configPath),
            generationConfigPath is null ? null : ConfigFields.Read(generationConfigPath),
            Path.GetDirectoryName(Path.GetFullPath(configPath)));

    /// <param name="configJson">The bytes of config.json.</param>
    /// <exception cref="ModelConfigException">They are invalid, or the model is not supported.</exception>
    public static ModelConfig Parse(ReadOnlyMemory<byte> configJson) => Read(ConfigFields.Parse(configJson, ConfigFileName), null, null);

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    /// <param name="configJson">The bytes of config.json.</param>
    /// <param name="generationConfigJson">The bytes of generation_config.json.</param>
    public static ModelConfig Parse(ReadOnlyMemory<byte> configJson, ReadOnlyMemory<byte> generationConfigJson)
        => Read(ConfigFields.Parse(configJson, ConfigFileName), ConfigFields.Parse(generationConfigJson, GenerationConfigFileName), null);

    private static ModelConfig Read(ConfigFields config, ConfigFields? generation, string? directory)
    {
        ArchitectureTraits traits = ArchitectureTraits.Of(config);
        UnsupportedFields.Refuse(config);

        int vocabulary = config.Integer("vocab_size", 1, ConfigLimits.Vocabulary);
        int layers = config.Integer("num_hidden_layers", 1, ConfigLimits.Layers);
        HeadLayout heads = HeadLayout.Read(config, traits);
        RopeConfig rope = RopeConfig.Read(config);
        bool attentionBias = ReadAttentionBias(config, traits);
        return new ModelConfig
        {
            Architecture = traits.Architecture,
            VocabularySize = vocabulary,
            HiddenSize = heads.HiddenSize,
            IntermediateSize = config.Integer("intermediate_size", 1, ConfigLimits.Width),
            Layers = layers,
            QueryHeads = heads.QueryHeads,
            KvHeads = heads.KvHeads,
            HeadDim = heads.HeadDim,
            RmsNormEpsilon = config.OptionalNumber("rms_norm_eps", 1e-30, 1) ?? DefaultRmsNormEpsilon,
            RopeTheta = rope.Theta,
            RopeScaling = rope.Scaling,
            MaxPositionEmbeddings = config.OptionalInteger("max_position_embeddings", 1, ConfigLimits.Positions) ?? traits.DefaultMaxPositions,
            SlidingWindows = SlidingWindowConfig.Read(config, traits, layers),
            TieWordEmbeddings = config.OptionalFlag("tie_word_embeddings") ?? false,
            QkvBias = attentionBias || traits.AlwaysQkvBias,
            OutputBias = attentionBias,
            QueryKeyNorm = traits.QueryKeyNorm,
            Quantization = QuantizationConfigReader.Read(config, directory),
            BosTokenId = ReadBos(config, vocabulary) ?? (generation is null ? null : ReadBos(generation, vocabulary)),
            EosTokenIds = [.. ReadEos(config, vocabulary).Concat(generation is null ? [] : ReadEos(generation, vocabulary)).Distinct()],
        };
    }

    private static bool ReadAttentionBias(ConfigFields config, ArchitectureTraits traits)
    {
        bool asked = config.OptionalFlag("attention_bias") ?? false;
        return traits.HasAttentionBiasSwitch || traits.AlwaysQkvBias || !asked
            ? asked && traits.HasAttentionBiasSwitch
            : throw config.Refuse("attention_bias", $"a {traits.ModelType} model has no such biases.");
    }

    private static int? ReadBos(ConfigFields fields, int vocabulary) => fields.OptionalInteger("bos_token_id", 0, vocabulary - 1);

    private static IReadOnlyList<int> ReadEos(ConfigFields fields, int vocabulary)
        => fields.Integers("eos_token_id", 0, vocabulary - 1, ConfigLimits.EosTokens);
}
