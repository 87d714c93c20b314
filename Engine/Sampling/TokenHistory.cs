using System.Runtime.InteropServices;

namespace SpecExecNative.Engine.Sampling;

/// <summary>The sequence so far, prompt first, with what the penalties need to know of it.</summary>
public sealed class TokenHistory
{
    private readonly List<int> _tokens;
    private readonly Dictionary<int, int> _generatedCounts = [];
    private readonly HashSet<int> _seen;

    public TokenHistory(IReadOnlyList<int> prompt)
    {
        PromptLength = prompt.Count;
        _tokens = [.. prompt];
        _seen = [.. prompt];
    }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptLength { get; }

    /// <summary>All tokens: also the absolute position of the next one.</summary>
    public int Count => _tokens.Count;

    /// <summary>The whole sequence.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Distinct tokens of prompt and text.</summary>
    public IReadOnlySet<int> Seen => _seen;

    /// <summary>How often each token was generated; the prompt does not count.</summary>
    public IReadOnlyDictionary<int, int> GeneratedCounts => _generatedCounts;

    /// <summary>Appends a generated token.</summary>
    public void Add(int token)
    {
        _tokens.Add(token);
        _seen.Add(token);
        CollectionsMarshal.GetValueRefOrAddDefault(_generatedCounts, token, out _)++;
    }
}
