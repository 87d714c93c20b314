namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Sampling settings that a model's makers recommend (generation_config.json); null where they name none.</summary>
public sealed record GenerationDefaults
{
    /// <summary>False: the makers recommend greedy decoding.</summary>
    public bool? DoSample { get; init; }

    /// <summary>At least 0.</summary>
    public double? Temperature { get; init; }

    /// <summary>More than 0, at most 1.</summary>
    public double? TopP { get; init; }

    /// <summary>At least 0; 0 is no limit.</summary>
    public int? TopK { get; init; }

    /// <summary>From 0 to 1.</summary>
    public double? MinP { get; init; }

    /// <summary>More than 0.</summary>
    public double? RepetitionPenalty { get; init; }
}
