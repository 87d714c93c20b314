using System.Buffers;
using System.Globalization;
using System.Text;

namespace SpecExecNative.Cli.Terminal;

/// <summary>
/// Text with what cannot be seen escaped: what a model or a file contains can neither steer a terminal nor be mistaken
/// for something else.
/// </summary>
internal static class VisibleText
{
    /// <summary>On one line, with everything invisible escaped. Backslashes and quotes stay as they are: for paths and names.</summary>
    public static string Of(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Append(visible, rune);
        }

        return visible.ToString();
    }

    /// <summary>
    /// Prose in its lines: only control characters are escaped, and of these line feeds and tabs stay. The characters of
    /// one piece suffice, whatever the pieces before and after it are.
    /// </summary>
    public static string Prose(string text)
    {
        if (!text.Any(IsSteering))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            _ = IsSteering(c) ? visible.Append(Escaped(c)) : visible.Append(c);
        }

        return visible.ToString();
    }

    /// <summary>On one line, in quotes and without ambiguity; bytes that are no whole character become <c>\xE2</c>.</summary>
    public static string Quoted(ReadOnlySpan<byte> utf8)
    {
        var visible = new StringBuilder("\"");
        while (!utf8.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed);
            if (status != OperationStatus.Done)
            {
                foreach (byte part in utf8[..consumed])
                {
                    visible.Append(CultureInfo.InvariantCulture, $"\\x{part:X2}");
                }
            }
            else if (rune.Value is '"' or '\\')
            {
                visible.Append('\\').Append(rune);
            }
            else
            {
                Append(visible, rune);
            }

            utf8 = utf8[consumed..];
        }

        return visible.Append('"').ToString();
    }

    private static void Append(StringBuilder visible, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n':
                visible.Append("\\n");
                break;
            case '\r':
                visible.Append("\\r");
                break;
            case '\t':
                visible.Append("\\t");
                break;
            case ' ':
                visible.Append(' ');
                break;
            default:
                _ = IsVisible(rune) ? visible.Append(rune) : visible.Append(Escaped(rune.Value));
                break;
        }
    }

    private static string Escaped(int codePoint) => string.Create(CultureInfo.InvariantCulture, $"\\u{{{codePoint:X}}}");

    /// <summary>All control characters are single UTF-16 units.</summary>
    private static bool IsSteering(char c) => char.IsControl(c) && c is not ('\n' or '\t');

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
