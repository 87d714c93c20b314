namespace SpecExecNative.Engine.Sampling;

/// <summary>How the next token is chosen from the target's logits. The defaults sample from the model's own distribution.</summary>
/// <remarks>
/// Applied in this order: repetition penalty, frequency and presence penalty, logit bias, temperature, top-k, top-p,
/// min-p; each filter acts on what the one before left, renormalised.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>0: always the most probable token (the lowest id among equals).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Keep the k most probable tokens (lower ids first among equals); 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the smallest set of most probable tokens with at least this mass (Holtzman et al. 2020); 1: all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Keep tokens at least this times as probable as the most probable one (Nguyen et al. 2024); 0: all.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// Divides the positive logits, and multiplies the negative ones, of all tokens in the prompt or the text so far
    /// (Keskar et al. 2019); 1: off.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Subtracted from the logit of each generated token once; 0: off.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Subtracted from the logit of each generated token, times the number of its occurrences; 0: off.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of single tokens; −∞ forbids one.</summary>
    public IReadOnlyDictionary<int, double> LogitBias { get; init; } = new Dictionary<int, double>();

    /// <summary>Key of the random draws: the draw at a position depends on this and on the position alone.</summary>
    public ulong Seed { get; init; }

    /// <exception cref="OptionException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionException.ThrowUnless(Temperature is >= 0 and <= 1000, nameof(Temperature), Temperature, "from 0 to 1000");
        OptionException.ThrowUnless(TopK >= 0, nameof(TopK), TopK, "0 (off) or more");
        OptionException.ThrowUnless(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0, up to 1 (off)");
        OptionException.ThrowUnless(MinP is >= 0 and <= 1, nameof(MinP), MinP, "from 0 (off) to 1");
        OptionException.ThrowUnless(RepetitionPenalty is >= 0.001 and <= 1000, nameof(RepetitionPenalty), RepetitionPenalty, "from 0.001 to 1000; 1 is off");
        OptionException.ThrowUnless(Math.Abs(PresencePenalty) <= 1000, nameof(PresencePenalty), PresencePenalty, "from -1000 to 1000; 0 is off");
        OptionException.ThrowUnless(Math.Abs(FrequencyPenalty) <= 1000, nameof(FrequencyPenalty), FrequencyPenalty, "from -1000 to 1000; 0 is off");
        foreach ((int token, double bias) in LogitBias)
        {
            OptionException.ThrowUnless(token >= 0, nameof(LogitBias), token, "for token ids of 0 or more");
            OptionException.ThrowUnless(Math.Abs(bias) <= 1000 || double.IsNegativeInfinity(bias), nameof(LogitBias), bias, "from -1000 to 1000, or negative infinity, for each token");
        }
    }
}
