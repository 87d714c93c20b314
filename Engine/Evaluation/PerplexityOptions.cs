namespace SpecExecNative.Engine.Evaluation;

/// <summary>How a text is cut into windows.</summary>
public sealed record PerplexityOptions
{
    /// <summary>Context that is used where none is asked for and the model allows it.</summary>
    public const int DefaultContextLength = 512;

    /// <summary>Most input tokens of a window, the opening token included.</summary>
    public int ContextLength { get; init; } = DefaultContextLength;

    /// <summary>Tokens that a window scores beyond the one before; null: <see cref="ContextLength"/>, so that windows adjoin.</summary>
    public int? Stride { get; init; }

    /// <summary>Only so many tokens from the beginning of the text are scored; null: all.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The stride in force.</summary>
    public int EffectiveStride => Stride ?? ContextLength;

    /// <exception cref="OptionException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionException.ThrowUnless(ContextLength >= 2, nameof(ContextLength), ContextLength, "2 or more");
        OptionException.ThrowUnless(
            EffectiveStride >= 1 && EffectiveStride <= ContextLength,
            nameof(Stride),
            EffectiveStride,
            $"from 1 to the {ContextLength} tokens of a window");
        OptionException.ThrowUnless(MaxTokens is null or >= 1, nameof(MaxTokens), MaxTokens ?? 0, "1 or more");
    }
}
