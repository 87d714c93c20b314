namespace SpecExecNative.Engine.Evaluation;

/// <summary>
/// A text cut into windows so that every token is scored once. Each window begins with the opening token, or, where the
/// tokenizer has none, with the text's token before its first target; then the text's very first token is not scored.
/// </summary>
/// <remarks>
/// The first window scores all its targets. Each later one begins a stride further on and scores what the ones before have
/// not: with a stride S below the context C, each of those tokens is predicted from more than C − S inputs
/// (as in "Perplexity of fixed-length models" in the documentation of Hugging Face transformers).
/// </remarks>
public sealed class TextWindows
{
    private readonly TokenizedText _text;
    private readonly int _first;
    private readonly int _end;

    /// <param name="text">The text.</param>
    /// <param name="options">Validated here.</param>
    /// <exception cref="OptionException">An option makes no sense.</exception>
    /// <exception cref="EvaluationTextException">The text has no token that could be scored.</exception>
    public TextWindows(TokenizedText text, PerplexityOptions options)
    {
        options.Validate();
        _text = text;
        Options = options;
        _first = text.OpeningToken is null ? 1 : 0;
        int available = text.Tokens.Length - _first;
        if (available < 1)
        {
            throw EvaluationTextException.TooShort(text.Tokens.Length);
        }

        ScoredTokens = Math.Min(available, options.MaxTokens ?? available);
        _end = _first + ScoredTokens;

        // One window covers the first C tokens, each further one S more.
        Count = 1 + (int)(((long)Math.Max(0, ScoredTokens - options.ContextLength) + options.EffectiveStride - 1) / options.EffectiveStride);
    }

    public PerplexityOptions Options { get; }

    /// <summary>Windows.</summary>
    public int Count { get; }

    /// <summary>Tokens that all windows score together.</summary>
    public int ScoredTokens { get; }

    /// <summary>The highest token id among inputs and targets.</summary>
    public int HighestToken
    {
        get
        {
            int highest = _text.OpeningToken ?? 0;
            foreach (int token in _text.Tokens.Span[.._end])
            {
                highest = Math.Max(highest, token);
            }

            return highest;
        }
    }

    /// <summary>What the window's rows predict: <c>[Length]</c>.</summary>
    public ReadOnlySpan<int> Targets(TextWindow window) => _text.Tokens.Span.Slice(window.First, window.Length);

    /// <summary>Writes the window's input tokens: <c>[Length]</c>.</summary>
    public void CopyInputs(TextWindow window, Span<int> inputs)
    {
        ReadOnlySpan<int> tokens = _text.Tokens.Span;
        inputs[0] = _text.OpeningToken ?? tokens[window.First - 1];
        tokens.Slice(window.First, window.Length - 1).CopyTo(inputs[1..]);
    }

    /// <summary>The windows, in the text's order.</summary>
    public IEnumerable<TextWindow> Enumerate()
    {
        int scored = _first;
        for (int first = _first; scored < _end; first += Options.EffectiveStride)
        {
            int length = Math.Min(Options.ContextLength, _end - first);
            yield return new TextWindow(first, length, first + length - scored);
            scored = first + length;
        }
    }
}
