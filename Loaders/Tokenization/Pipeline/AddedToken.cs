namespace SpecExecNative.Loaders.Tokenization.Pipeline;

/// <summary>A token that is looked for in the text itself, before any merging (<c>added_tokens</c> in tokenizer.json).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text that stands for it; never empty.</param>
internal sealed record AddedToken(int Id, string Content)
{
    /// <summary>Steers the model and is no text: skipped when decoding.</summary>
    public bool Special { get; init; }

    /// <summary>Looked for in the normalised text instead of the raw one.</summary>
    public bool Normalized { get; init; }

    /// <summary>What a <see cref="Normalized"/> token looks like there; null: its content, normalised likewise.</summary>
    public string? NormalizedContent { get; init; }

    /// <summary>Swallows the white space before it.</summary>
    public bool StripLeft { get; init; }

    /// <summary>Swallows the white space after it.</summary>
    public bool StripRight { get; init; }

    /// <summary>Counts only where it neither follows nor precedes a word character.</summary>
    public bool SingleWord { get; init; }
}
