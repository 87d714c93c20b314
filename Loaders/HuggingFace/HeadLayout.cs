namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>D, H, G and h of a config, checked against each other.</summary>
internal readonly record struct HeadLayout(int HiddenSize, int QueryHeads, int KvHeads, int HeadDim)
{
    /// <exception cref="ModelConfigException">They do not fit together.</exception>
    public static HeadLayout Read(ConfigFields config, ArchitectureTraits traits)
    {
        int hidden = config.Integer("hidden_size", 1, ConfigLimits.Width);
        int queryHeads = config.Integer("num_attention_heads", 1, ConfigLimits.Heads);
        int kvHeads = ReadKvHeads(config, traits, queryHeads);

        int headDim = ReadHeadDim(config, traits, hidden, queryHeads);
        return headDim % 2 != 0
            ? throw config.Refuse("head_dim", $"heads of {headDim} elements cannot be rotated in pairs (RoPE): the number must be even.")
            : (long)queryHeads * headDim > ConfigLimits.Width
            ? throw config.Refuse("num_attention_heads", $"heads of {headDim} elements make more than {ConfigLimits.Width} together.")
            : new HeadLayout(hidden, queryHeads, kvHeads, headDim);
    }

    private static int ReadKvHeads(ConfigFields config, ArchitectureTraits traits, int queryHeads)
    {
        bool given = config.IsPresent("num_key_value_heads");
        int kvHeads = config.OptionalInteger("num_key_value_heads", 1, ConfigLimits.Heads)
            ?? (given ? queryHeads : traits.DefaultKvHeads ?? queryHeads);
        string meaning = given ? string.Empty : $"is left out, which means {kvHeads} to a {traits.ModelType} model, and ";
        return queryHeads % kvHeads == 0
            ? kvHeads
            : throw config.Refuse("num_key_value_heads", $"{meaning}must divide num_attention_heads, {queryHeads}.");
    }

    private static int ReadHeadDim(ConfigFields config, ArchitectureTraits traits, int hidden, int queryHeads)
    {
        if (config.OptionalInteger("head_dim", 1, ConfigLimits.HeadDim) is { } given)
        {
            return given;
        }

        if (traits.DefaultHeadDim is { } usual && !config.IsPresent("head_dim"))
        {
            return usual;
        }

        return hidden % queryHeads == 0
            ? hidden / queryHeads
            : throw config.Refuse("num_attention_heads", $"must divide hidden_size, {hidden}, where head_dim is not given.");
    }
}
