using SpecExecNative.Engine.Sampling;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Engine.Generation;

/// <summary>
/// Takes the tokens of the text one by one, turns them into characters and decides where the text ends. It sees each
/// token by itself, so the end does not depend on how many tokens an iteration brought.
/// </summary>
internal sealed class OutputText
{
    private readonly GenerationOptions _options;
    private readonly TokenHistory _history;
    private readonly int _contextLength;
    private readonly HashSet<int> _endTokens;
    private readonly StreamingDetokenizer? _detokenizer;
    private readonly StopStringFilter _filter;
    private readonly List<int> _newTokens = [];
    private string _newText = "";

    public OutputText(
        GenerationOptions options, TokenHistory history, int contextLength, IEnumerable<int> endOfText, ModelTokenizer? tokenizer)
    {
        _options = options;
        _history = history;
        _contextLength = contextLength;
        _endTokens = [.. options.StopTokens, .. options.IgnoreEndOfText ? [] : endOfText];
        _detokenizer = tokenizer is null ? null : ContinuationOf(history, tokenizer);
        _filter = new StopStringFilter(options.StopStrings);
        Finish = options.MaxTokens == 0 ? FinishReason.Length : null;
    }

    /// <summary>Set once the text has ended.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Tokens that may still come.</summary>
    public int RemainingTokens
        => Math.Min(_options.MaxTokens - (_history.Count - _history.PromptLength), _contextLength - _history.Count);

    /// <summary>Takes a token that has just been appended to the history.</summary>
    /// <returns>False if the text ends with it.</returns>
    public bool Take(int token)
    {
        _newTokens.Add(token);
        bool ends = _endTokens.Contains(token);
        if (!ends && _detokenizer is not null)
        {
            _newText += _filter.Append(_detokenizer.Append(token));
        }

        ends |= _filter.Stopped;
        FinishReason? length = _history.Count - _history.PromptLength >= _options.MaxTokens ? FinishReason.Length
            : _history.Count >= _contextLength ? FinishReason.Context
            : null;
        if (ends || length is not null)
        {
            FlushText();
            Finish = ends || _filter.Stopped ? FinishReason.Stop : length;
        }

        return Finish is null;
    }

    /// <summary>What has come since the last call.</summary>
    public (IReadOnlyList<int> Tokens, string Text) TakeNew()
    {
        (int[] Tokens, string Text) taken = ([.. _newTokens], _newText);
        _newTokens.Clear();
        _newText = "";
        return taken;
    }

    /// <summary>
    /// A detokenizer that has read the prompt: SentencePiece drops the space before the first word of a text, and the first
    /// word generated is not that.
    /// </summary>
    private static StreamingDetokenizer ContinuationOf(TokenHistory history, ModelTokenizer tokenizer)
    {
        var detokenizer = new StreamingDetokenizer(tokenizer);
        foreach (int token in history.Tokens)
        {
            detokenizer.Append(token);
        }

        return detokenizer;
    }

    private void FlushText()
    {
        if (_detokenizer is not null)
        {
            _newText += _filter.Append(_detokenizer.Flush());
            _newText += _filter.Flush();
        }
    }
}
