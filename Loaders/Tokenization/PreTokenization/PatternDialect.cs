using System.Buffers;
using System.Text;

namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>
/// tokenizer.json's patterns are written for Oniguruma. This admits the part of its syntax that .NET reads the same way,
/// refuses the rest by name rather than matching something else, and mends one difference:
/// where case is ignored, Oniguruma takes <c>s</c> and U+017F for the same letter, .NET does not.
/// </summary>
internal sealed class PatternDialect
{
    /// <summary>Far above any pattern in use; bounds the compiler's work.</summary>
    private const int MaximumLength = 4096;

    /// <summary>
    /// Only as a whole pattern's beginning: further in, Oniguruma lets it reach over the alternatives that follow
    /// (<c>a(?i)b|c</c> is <c>a(?i:b|c)</c>), .NET does not.
    /// </summary>
    private const string IgnoreCaseFromHere = "(?i)";

    private static readonly SearchValues<string> Categories = SearchValues.Create(
        ["L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
         "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cn"],
        StringComparison.Ordinal);

    private static readonly string[] SharedGroups = ["(?:", "(?i:", "(?!", "(?=", "(?<!", "(?<=", "(?>"];

    private readonly string _pattern;
    private readonly StringBuilder _result = new();
    private readonly Stack<bool> _outerIgnoresCase = [];
    private bool _ignoresCase;
    private bool _inClass;
    private bool _afterQuantifier;

    private PatternDialect(string pattern)
    {
        _pattern = pattern;
    }

    /// <returns>The same pattern for .NET.</returns>
    /// <exception cref="ArgumentException">Something in it would mean something else, or nothing, to .NET.</exception>
    public static string Translate(string pattern)
    {
        if (pattern.Length is 0 or > MaximumLength)
        {
            throw new ArgumentException($"a pattern must have 1 to {MaximumLength} characters, not {pattern.Length}");
        }

        if (pattern.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            throw new ArgumentException("characters above U+FFFF in a pattern are not supported");
        }

        PatternDialect dialect = new(pattern);
        for (int at = 0; at < pattern.Length;)
        {
            at += dialect.TakeElement(at);
        }

        return dialect._result.ToString();
    }

    /// <summary>Copies what begins at <paramref name="at"/>; returns how many characters of the pattern that was.</summary>
    private int TakeElement(int at)
    {
        char c = _pattern[at];
        int length = c == '\\' ? EscapeLength(at)
            : _inClass ? TakeInClass(at)
            : c == '(' ? OpenGroup(at)
            : TakeOutside(at);
        bool longS = length == 1 && _ignoresCase && c is 's' or 'S';
        _result.Append(longS ? (_inClass ? $"{c}\u017F" : $"[{c}\u017F]") : _pattern.AsSpan(at, length));
        return length;
    }

    private int TakeInClass(int at)
    {
        ReadOnlySpan<char> rest = _pattern.AsSpan(at);
        bool opens = _pattern[at - 1] == '[' || _pattern.AsSpan(0, at).EndsWith("[^");
        if (rest[0] == '[' || rest.StartsWith("&&") || (rest[0] == ']' && opens))
        {
            throw Unsupported(at);
        }

        _inClass = rest[0] != ']';
        return 1;
    }

    private int TakeOutside(int at)
    {
        char c = _pattern[at];
        if (c is '^' or '$' || (c == '+' && _afterQuantifier) || _pattern.AsSpan(at).StartsWith("{,"))
        {
            // Anchors hold at every line in Oniguruma; a + after a quantifier makes it possessive; {,n} is no literal.
            throw Unsupported(at);
        }

        _afterQuantifier = c is '*' or '+' or '?' or '}';
        _inClass = c == '[';
        if (c == ')' && _outerIgnoresCase.TryPop(out bool outer))
        {
            _ignoresCase = outer;
        }

        return 1;
    }

    private int OpenGroup(int at)
    {
        _afterQuantifier = false;
        string? group = null;
        if (at == 0 && _pattern.StartsWith(IgnoreCaseFromHere, StringComparison.Ordinal))
        {
            _ignoresCase = true;
            return IgnoreCaseFromHere.Length;
        }

        if (_pattern.AsSpan(at).StartsWith("(?"))
        {
            group = SharedGroups.FirstOrDefault(known => _pattern.AsSpan(at).StartsWith(known)) ?? throw Unsupported(at);
        }

        _outerIgnoresCase.Push(_ignoresCase);
        _ignoresCase |= group == "(?i:";
        return group?.Length ?? 1;
    }

    private int EscapeLength(int at)
    {
        _afterQuantifier = false;
        char escaped = at + 1 < _pattern.Length ? _pattern[at + 1] : '\0';
        if (escaped is 'p' or 'P')
        {
            int close = _pattern.IndexOf('}', at);
            if (close > at + 3 && _pattern[at + 2] == '{' && Categories.Contains(_pattern[(at + 3)..close]))
            {
                return close + 1 - at;
            }
        }
        else if (escaped is 's' or 'S' or 'd' or 'D' or 'r' or 'n' or 't' or 'f'
            || (char.IsAscii(escaped) && (char.IsPunctuation(escaped) || char.IsSymbol(escaped))))
        {
            return 2;
        }

        throw Unsupported(at);
    }

    private ArgumentException Unsupported(int at) =>
        new($"\"{_pattern.AsSpan(at, Math.Min(8, _pattern.Length - at))}\" at {at} of the pattern is not supported");
}
