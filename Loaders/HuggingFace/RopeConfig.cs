namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// RoPE's base and scaling, from either spelling: <c>rope_theta</c> with <c>rope_scaling</c> (transformers up to 4),
/// or <c>rope_parameters</c>, which holds both (transformers 5).
/// </summary>
internal readonly record struct RopeConfig(double Theta, Llama3RopeScaling? Scaling)
{
    private const double DefaultTheta = 10_000;
    private const double MaxTheta = 1e15;
    private const double MaxFactor = 1e6;

    private static readonly string[] KnownFields =
    [
        "rope_type", "type", "rope_theta", "factor", "low_freq_factor", "high_freq_factor",
        "original_max_position_embeddings", "partial_rotary_factor",
    ];

    /// <exception cref="ModelConfigException">A value is invalid, or the scaling is of a kind that is not supported.</exception>
    public static RopeConfig Read(ConfigFields config)
    {
        double? outerTheta = ReadTheta(config);
        ConfigFields? parameters = config.Object("rope_parameters");
        ConfigFields? scaling = config.Object("rope_scaling");
        if (parameters is not null && scaling is not null)
        {
            throw config.Refuse("rope_scaling", "is given beside rope_parameters, which says the same in newer files. Remove one of them.");
        }

        if ((parameters ?? scaling) is not { } rope)
        {
            return new RopeConfig(outerTheta ?? DefaultTheta, null);
        }

        double? innerTheta = ReadTheta(rope);
        if (outerTheta is not null && innerTheta is not null && outerTheta != innerTheta)
        {
            throw rope.Refuse("rope_theta", $"contradicts the rope_theta outside, {outerTheta}. Remove the wrong one.");
        }

        return new RopeConfig(innerTheta ?? outerTheta ?? DefaultTheta, ReadScaling(rope));
    }

    private static double? ReadTheta(ConfigFields fields) => fields.OptionalNumber("rope_theta", 1, MaxTheta);

    private static Llama3RopeScaling? ReadScaling(ConfigFields rope)
    {
        // Unlike the config's, an unknown field here is sure to bend the rotation.
        if (rope.Names.FirstOrDefault(n => !KnownFields.Contains(n) && rope.Value(n) is not null) is { } unknown)
        {
            throw rope.Refuse(unknown, "this parameter of RoPE is not supported.");
        }

        if (rope.OptionalNumber("partial_rotary_factor", 0, 1) is not (null or 1))
        {
            throw rope.Refuse("partial_rotary_factor", "rotating only part of a head is not supported.");
        }

        string? type = rope.OptionalText("rope_type");
        string? oldType = rope.OptionalText("type");
        if (type is not null && oldType is not null && type != oldType)
        {
            throw rope.Refuse("type", $"contradicts rope_type, {type}. Remove the wrong one.");
        }

        return (type ?? oldType) switch
        {
            null or "default" => null,
            "llama3" => ReadLlama3(rope),
            _ => throw rope.Refuse(
                type is null ? "type" : "rope_type",
                "this scaling of RoPE is not supported; default and llama3 are. Where it only stretches the context, removing it gives the model with its original context."),
        };
    }

    private static Llama3RopeScaling ReadLlama3(ConfigFields rope)
    {
        double low = Required(rope, "low_freq_factor");
        double high = Required(rope, "high_freq_factor");
        if (high <= low)
        {
            throw rope.Refuse("high_freq_factor", $"must be more than low_freq_factor, {low}.");
        }

        return new Llama3RopeScaling(
            Required(rope, "factor"), low, high, rope.Integer("original_max_position_embeddings", 1, ConfigLimits.Positions));
    }

    private static double Required(ConfigFields rope, string field)
        => rope.OptionalNumber(field, 1e-6, MaxFactor) ?? throw rope.Refuse(field, "is missing; rope_type llama3 needs it.");
}
