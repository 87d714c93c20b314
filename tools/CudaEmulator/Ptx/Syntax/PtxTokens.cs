using System.Globalization;

namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>A cursor over the tokens, and the small forms that all of PTX shares.</summary>
internal sealed class PtxTokens(List<PtxToken> tokens)
{
    private int _at;

    public PtxToken Current => tokens[_at];

    public PtxToken Next => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public int Line => Current.Line;

    public PtxToken Take() => tokens[_at++];

    public bool TryTake(char symbol)
    {
        if (!Current.Is(symbol))
        {
            return false;
        }

        _at++;
        return true;
    }

    public bool TryTakeWord(string word)
    {
        if (!Current.IsWord(word))
        {
            return false;
        }

        _at++;
        return true;
    }

    public void Expect(char symbol)
    {
        if (!TryTake(symbol))
        {
            throw Error($"'{symbol}' expected");
        }
    }

    public string TakeWord()
    {
        return Current.Kind == PtxTokenKind.Word ? Take().Value : throw Error("a name expected");
    }

    public PtxType TakeType()
    {
        PtxType type = PtxTypes.Find(TakeWord()[1..]);
        return type != PtxType.None ? type : throw new PtxException(Line, tokens[_at - 1].Value, "a type expected");
    }

    public long TakeInteger()
    {
        bool negative = TryTake('-');
        if (Current.Kind != PtxTokenKind.Number)
        {
            throw Error("a number expected");
        }

        long value = (long)ParseInteger(Take());
        return negative ? -value : value;
    }

    /// <summary>Passes over a balanced pair of braces, such as a debug section.</summary>
    public void SkipBraces()
    {
        Expect('{');
        for (int depth = 1; depth > 0;)
        {
            if (Current.Kind == PtxTokenKind.End)
            {
                throw Error("'}' expected");
            }

            PtxToken token = Take();
            depth += token.Is('{') ? 1 : token.Is('}') ? -1 : 0;
        }
    }

    public PtxException Error(string reason) => new(Line, Current.Value, reason);

    public static ulong ParseInteger(PtxToken token)
    {
        ReadOnlySpan<char> text = token.Value.AsSpan().TrimEnd('U');
        NumberStyles style = NumberStyles.None;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
            style = NumberStyles.AllowHexSpecifier;
        }

        return ulong.TryParse(text, style, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw new PtxException(token.Line, token.Value, "a number that PTX does not have");
    }
}
