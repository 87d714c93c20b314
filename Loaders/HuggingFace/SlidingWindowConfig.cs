namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Which layers see only a window of the past.</summary>
internal static class SlidingWindowConfig
{
    private const string Window = "sliding_window";
    private const string LayerTypes = "layer_types";
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";

    // transformers' values for Mistral and Qwen where config.json leaves the fields out (null is not leaving out).
    private const int DefaultWindow = 4096;
    private const int DefaultMaxWindowLayers = 28;

    /// <returns>Each layer's window in tokens, or null.</returns>
    /// <exception cref="ModelConfigException">Fields are invalid or contradict each other.</exception>
    public static IReadOnlyList<int?> Read(ConfigFields config, ArchitectureTraits traits, int layers)
    {
        int? window = config.OptionalInteger(Window, 1, ConfigLimits.Positions);
        switch (traits.Architecture)
        {
            case ModelArchitecture.Llama when window is not null:
                throw config.Refuse(Window, "Llama's attention has none. If this model needs one, its model_type is wrong; else set it to null.");
            case ModelArchitecture.Llama:
                break;
            default:
                window ??= config.IsPresent(Window) ? null : DefaultWindow;
                break;
        }

        int firstSliding = 0;
        if (traits.HasWindowSwitch)
        {
            window = config.OptionalFlag("use_sliding_window") is true ? window : null;
            firstSliding = config.OptionalInteger("max_window_layers", 0, ConfigLimits.Layers) ?? DefaultMaxWindowLayers;
        }

        bool[] slides = [.. Enumerable.Range(0, layers).Select(i => window is not null && i >= firstSliding)];
        return ReadLayerTypes(config, layers) is { } declared
            ? Reconcile(config, traits, declared, slides, window)
            : [.. slides.Select(s => s ? window : null)];
    }

    private static bool[]? ReadLayerTypes(ConfigFields config, int layers)
    {
        if (config.OptionalTexts(LayerTypes) is not { } types)
        {
            return null;
        }

        if (types.Count != layers)
        {
            throw config.Refuse(LayerTypes, $"has {types.Count} elements for {layers} layers (num_hidden_layers).");
        }

        return types.FirstOrDefault(t => t is not (Full or Sliding)) is { } unknown
            ? throw config.Refuse(LayerTypes, $"layers of type {unknown} are not supported; {Full} and {Sliding} are.")
            : [.. types.Select(t => t == Sliding)];
    }

    // For Qwen the list is what transformers goes by. The others' classes do not read it, so there it may only confirm.
    private static int?[] Reconcile(ConfigFields config, ArchitectureTraits traits, bool[] declared, bool[] slides, int? window)
    {
        if (window is null && declared.Contains(true))
        {
            throw config.Refuse(LayerTypes, $"has {Sliding}, but no window is in force ({Window}, use_sliding_window).");
        }

        if (!traits.HasWindowSwitch && !declared.SequenceEqual(slides))
        {
            throw config.Refuse(LayerTypes, $"contradicts {Window}: a {traits.ModelType} model's layers are all alike.");
        }

        return [.. declared.Select(s => s ? window : null)];
    }
}
