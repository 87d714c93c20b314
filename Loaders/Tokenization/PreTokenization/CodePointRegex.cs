using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>
/// A regular expression that sees characters, not UTF-16 units (<see cref="CodePointFolding"/>), in the part of Oniguruma's
/// syntax that means the same to .NET (<see cref="PatternDialect"/>).
/// </summary>
/// <remarks>
/// The patterns in use need look-ahead, which the non-backtracking engine lacks. So a hostile pattern could run for
/// ever; a match that takes <see cref="MatchTimeout"/>, or a text that takes that long and 20 µs a character, ends in
/// a <see cref="TokenizerFormatException"/>. Ordinary patterns take well under 1 µs a character.
/// </remarks>
internal sealed class CodePointRegex : TextPattern
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TimePerCharacter = TimeSpan.FromMicroseconds(20);

    private readonly Regex _regex;
    private readonly string _file;

    /// <param name="pattern">Oniguruma's syntax.</param>
    /// <param name="file">The tokenizer's file that asks for it, for messages.</param>
    /// <exception cref="ArgumentException">The pattern is malformed or outside the shared syntax; the message says where.</exception>
    public CodePointRegex(string pattern, string file)
    {
        _file = file;
        _regex = new(PatternDialect.Translate(pattern), RegexOptions.CultureInvariant, MatchTimeout);
    }

    public override IEnumerable<(int Start, int End)> Matches(string text)
    {
        (string Text, int[] Origins)? folded = CodePointFolding.Fold(text);
        string subject = folded?.Text ?? text;
        TimeSpan allowed = MatchTimeout + (TimePerCharacter * text.Length);
        Stopwatch clock = Stopwatch.StartNew();
        for (Match? match = Find(subject, null); match is not null; match = Find(subject, match))
        {
            if (clock.Elapsed > allowed)
            {
                throw TooSlow(subject, null);
            }

            int end = match.Index + match.Length;
            yield return folded is { } f ? (f.Origins[match.Index], f.Origins[end]) : (match.Index, end);
        }
    }

    private Match? Find(string subject, Match? previous)
    {
        try
        {
            Match match = previous is null ? _regex.Match(subject) : previous.NextMatch();
            return match.Success ? match : null;
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw TooSlow(subject, exception);
        }
    }

    private TokenizerFormatException TooSlow(string subject, Exception? inner) => new(
        _file, "pattern", $"{_regex} takes too long on a text of {subject.Length} characters", inner);
}
