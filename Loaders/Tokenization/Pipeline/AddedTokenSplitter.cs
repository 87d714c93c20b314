using System.Buffers;
using System.Globalization;
using System.Text;

namespace SpecExecNative.Loaders.Tokenization.Pipeline;

/// <summary>
/// Cuts a text at its added tokens: the leftmost one first and, of those that start there, the longest.
/// The semantics of Hugging Face tokenizers' AddedVocabulary.
/// </summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _tokens;
    private readonly int[] _lengthsDescending;
    private readonly SearchValues<char> _firstCharacters;

    /// <param name="tokens">What to look for, by the text it is recognised by.</param>
    public AddedTokenSplitter(IEnumerable<KeyValuePair<string, AddedToken>> tokens)
    {
        Dictionary<string, AddedToken> byText = new(StringComparer.Ordinal);
        foreach ((string text, AddedToken token) in tokens)
        {
            byText.TryAdd(text, token);
        }

        _tokens = byText.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengthsDescending = [.. byText.Keys.Select(text => text.Length).Distinct().OrderDescending()];
        _firstCharacters = SearchValues.Create([.. byText.Keys.Select(text => text[0]).Distinct()]);
    }

    /// <summary>Calls <paramref name="visit"/> for each stretch in order: with an added token, or with null for plain text between.</summary>
    public void Split(string text, Action<string, AddedToken?> visit)
    {
        int plainStart = 0;
        for (int at = NextCandidate(text, 0); at < text.Length;)
        {
            AddedToken? token = MatchAt(text, at, out int length);
            if (token is null)
            {
                at = NextCandidate(text, at + 1);
                continue;
            }

            int start = at;
            int end = at + length;
            at = NextCandidate(text, end);
            if (start < plainStart || (token.SingleWord && !StandsAlone(text, start, end)))
            {
                continue;
            }

            while (token.StripLeft && start > plainStart && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (token.StripRight && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (start > plainStart)
            {
                visit(text[plainStart..start], null);
            }

            visit(text[start..end], token);
            plainStart = end;
        }

        if (plainStart < text.Length)
        {
            visit(plainStart == 0 ? text : text[plainStart..], null);
        }
    }

    private int NextCandidate(string text, int from)
    {
        int offset = from >= text.Length ? -1 : text.AsSpan(from).IndexOfAny(_firstCharacters);
        return offset < 0 ? text.Length : from + offset;
    }

    private AddedToken? MatchAt(string text, int at, out int length)
    {
        foreach (int candidate in _lengthsDescending)
        {
            if (candidate <= text.Length - at && _tokens.TryGetValue(text.AsSpan(at, candidate), out AddedToken? token))
            {
                length = candidate;
                return token;
            }
        }

        length = 0;
        return null;
    }

    private static bool StandsAlone(string text, int start, int end)
    {
        bool wordBefore = Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out Rune before, out _) == OperationStatus.Done
            && IsWordCharacter(before);
        bool wordAfter = Rune.DecodeFromUtf16(text.AsSpan(end), out Rune after, out _) == OperationStatus.Done
            && IsWordCharacter(after);
        return !wordBefore && !wordAfter;
    }

    private static bool IsWordCharacter(Rune rune) => Rune.GetUnicodeCategory(rune)
        is <= UnicodeCategory.LetterNumber
        or UnicodeCategory.ConnectorPunctuation;
}
