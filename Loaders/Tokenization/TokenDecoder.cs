using System.Globalization;
using System.Text;
using SpecExecNative.Loaders.Tokenization.BytePair;

namespace SpecExecNative.Loaders.Tokenization;

/// <summary>
/// How tokens become bytes again (<c>decoder</c> in tokenizer.json), one by one; the text is the UTF-8 reading of all the bytes,
/// less <see cref="StripLeft"/>.
/// </summary>
internal sealed record TokenDecoder
{
    /// <summary>Tokens are written in <see cref="ByteAlphabet"/>.</summary>
    public bool ByteLevel { get; init; }

    /// <summary><c>&lt;0x41&gt;</c> is the byte 0x41.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Applied to every other token, in order.</summary>
    public IReadOnlyList<(string From, string To)> Replacements { get; init; } = [];

    /// <summary>How many <see cref="StripCharacter"/>s at the very start of the text are dropped: the space that encoding put there.</summary>
    public int StripLeft { get; init; }

    public char StripCharacter { get; init; } = ' ';

    /// <summary>The bytes of a token that is no special token.</summary>
    public byte[] Decode(string token)
    {
        if (ByteLevel)
        {
            return ByteAlphabet.ToBytes(token);
        }

        if (ByteFallback && TryParseByte(token, out byte value))
        {
            return [value];
        }

        string text = token;
        foreach ((string from, string to) in Replacements)
        {
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static bool TryParseByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6
            && token.StartsWith("<0x", StringComparison.Ordinal)
            && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
