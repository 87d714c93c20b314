namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Reads the sampling settings of generation_config.json.</summary>
public static class GenerationDefaultsReader
{
    /// <exception cref="ModelConfigException">The file is missing or damaged, or a value is out of its range.</exception>
    public static GenerationDefaults Read(string path) => Read(ConfigFields.Read(path));

    /// <param name="json">The file's bytes.</param>
    /// <exception cref="ModelConfigException">They are damaged, or a value is out of its range.</exception>
    public static GenerationDefaults Parse(ReadOnlyMemory<byte> json)
        => Read(ConfigFields.Parse(json, ModelConfigReader.GenerationConfigFileName));

    private static GenerationDefaults Read(ConfigFields fields) => new()
    {
        DoSample = fields.OptionalFlag("do_sample"),
        Temperature = fields.OptionalNumber("temperature", 0, 1e6),
        TopP = fields.OptionalNumber("top_p", double.Epsilon, 1),
        TopK = fields.OptionalInteger("top_k", 0, ConfigLimits.Vocabulary),
        MinP = fields.OptionalNumber("min_p", 0, 1),
        RepetitionPenalty = fields.OptionalNumber("repetition_penalty", 1e-6, 1e6),
    };
}
