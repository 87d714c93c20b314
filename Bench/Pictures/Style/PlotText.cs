using System.Globalization;
using System.Text;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>Text that XML and file systems take, whatever a report's names are.</summary>
internal static class PlotText
{
    private const int LongestName = 32;
    private const int LongestSlug = 80;

    /// <summary>In one line; what is no character of XML becomes U+FFFD.</summary>
    public static string Of(string text)
    {
        StringBuilder clean = new();
        foreach (Rune rune in PlainText.Of(text).EnumerateRunes())
        {
            clean.Append(rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    /// <summary>For a legend, which shall leave room for the chart.</summary>
    public static string Name(string text)
    {
        var whole = new StringInfo(Of(text));
        return whole.LengthInTextElements <= LongestName ? whole.String : whole.SubstringByTextElements(0, LongestName - 1) + "…";
    }

    /// <summary>For a file's name: lower-case letters, digits and single hyphens.</summary>
    public static string Slug(string text)
    {
        IEnumerable<char> letters = text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        string slug = string.Join('-', string.Concat(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        return slug.Length <= LongestSlug ? slug : slug[..LongestSlug].TrimEnd('-');
    }

    /// <summary>Three digits that count.</summary>
    public static string Short(double value)
        => value.ToString(Math.Abs(value) switch { >= 99.95 => "0", >= 9.995 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
