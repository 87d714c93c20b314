namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>Cuts PTX text into tokens. Comments vanish; lines are counted.</summary>
internal sealed class PtxLexer(string text)
{
    private readonly List<PtxToken> _tokens = [];
    private int _at;
    private int _line = 1;

    public static List<PtxToken> Read(string text)
    {
        var lexer = new PtxLexer(text);
        while (lexer.Step())
        {
        }

        lexer._tokens.Add(new PtxToken(PtxTokenKind.End, "end of text", lexer._line));
        return lexer._tokens;
    }

    private static bool StartsWord(char c) => char.IsAsciiLetter(c) || c is '_' or '$' or '%' or '.';

    private static bool ContinuesWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '.' or '%';

    private char Peek(int ahead = 0) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private bool Step()
    {
        char c = Peek();
        if (c == '\0')
        {
            return false;
        }

        if (c == '\n')
        {
            _line++;
            _at++;
        }
        else if (char.IsWhiteSpace(c))
        {
            _at++;
        }
        else if (c == '/' && Peek(1) is '/' or '*')
        {
            SkipComment();
        }
        else if (StartsWord(c))
        {
            Add(PtxTokenKind.Word, WordLength());
        }
        else if (char.IsAsciiDigit(c))
        {
            int n = 1;
            while (char.IsAsciiLetterOrDigit(Peek(n)) || Peek(n) == '.')
            {
                n++;
            }

            Add(PtxTokenKind.Number, n);
        }
        else if (c == '"')
        {
            int close = text.IndexOf('"', _at + 1);
            if (close < 0)
            {
                throw new PtxException(_line, "\"", "a string that does not end");
            }

            _tokens.Add(new PtxToken(PtxTokenKind.Text, text[(_at + 1)..close], _line));
            _at = close + 1;
        }
        else
        {
            Add(PtxTokenKind.Symbol, 1);
        }

        return true;
    }

    private void Add(PtxTokenKind kind, int length)
    {
        _tokens.Add(new PtxToken(kind, text.Substring(_at, length), _line));
        _at += length;
    }

    // "::" belongs to a word (.L2::cache_hint), a single ':' closes a label.
    private int WordLength()
    {
        int n = 1;
        while (true)
        {
            if (ContinuesWord(Peek(n)))
            {
                n++;
            }
            else if (Peek(n) == ':' && Peek(n + 1) == ':')
            {
                n += 2;
            }
            else
            {
                return n;
            }
        }
    }

    private void SkipComment()
    {
        if (Peek(1) == '/')
        {
            while (Peek() is not ('\n' or '\0'))
            {
                _at++;
            }

            return;
        }

        int close = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        int end = close < 0 ? text.Length : close + 2;
        _line += text.AsSpan(_at, end - _at).Count('\n');
        _at = end;
    }
}
