using System.Globalization;
using System.Text;

namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>
/// .NET's regular expressions see UTF-16 units, so a letter beyond U+FFFF is two surrogates to them and no <c>\p{L}</c>.
/// Here each such character is replaced by one stand-in of its own general category from the first plane;
/// a pattern that asks for categories only, matches the folded text as it would match the code points.
/// </summary>
internal static class CodePointFolding
{
    /// <summary>One character of each category, by <see cref="UnicodeCategory"/>; none of them near what patterns spell out.</summary>
    private static readonly char[] StandIns = BuildStandIns();

    /// <summary>A character of the first plane with this category.</summary>
    public static char StandIn(UnicodeCategory category) => StandIns[(int)category];

    /// <summary>
    /// The folded text, and where each of its characters (and its end) lies in the original; null if nothing had to be folded.
    /// </summary>
    public static (string Text, int[] Origins)? Fold(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return null;
        }

        StringBuilder folded = new(text.Length);
        List<int> origins = new(text.Length + 1);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            folded.Append(rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune)));
            origins.Add(at);
            at += rune.Utf16SequenceLength;
        }

        origins.Add(at);
        return (folded.ToString(), [.. origins]);
    }

    private static char[] BuildStandIns()
    {
        char[] standIns = new char[(int)UnicodeCategory.OtherNotAssigned + 1];
        standIns[(int)UnicodeCategory.UppercaseLetter] = '\u2C80';
        standIns[(int)UnicodeCategory.LowercaseLetter] = '\u2C81';
        standIns[(int)UnicodeCategory.TitlecaseLetter] = '\u1F88';
        standIns[(int)UnicodeCategory.ModifierLetter] = '\uA788';
        standIns[(int)UnicodeCategory.OtherLetter] = '\u16A0';
        standIns[(int)UnicodeCategory.NonSpacingMark] = '\uA66F';
        standIns[(int)UnicodeCategory.SpacingCombiningMark] = '\u0903';
        standIns[(int)UnicodeCategory.EnclosingMark] = '\uA670';
        standIns[(int)UnicodeCategory.DecimalDigitNumber] = '\uA620';
        standIns[(int)UnicodeCategory.LetterNumber] = '\u16EE';
        standIns[(int)UnicodeCategory.OtherNumber] = '\u0BF0';
        standIns[(int)UnicodeCategory.SpaceSeparator] = '\u2005';
        standIns[(int)UnicodeCategory.LineSeparator] = '\u2028';
        standIns[(int)UnicodeCategory.ParagraphSeparator] = '\u2029';
        standIns[(int)UnicodeCategory.Control] = '\u0086';
        standIns[(int)UnicodeCategory.Format] = '\u2064';
        standIns[(int)UnicodeCategory.Surrogate] = '\uD800';
        standIns[(int)UnicodeCategory.PrivateUse] = '\uE000';
        standIns[(int)UnicodeCategory.ConnectorPunctuation] = '\uFE33';
        standIns[(int)UnicodeCategory.DashPunctuation] = '\u2E3A';
        standIns[(int)UnicodeCategory.OpenPunctuation] = '\u0F3A';
        standIns[(int)UnicodeCategory.ClosePunctuation] = '\u0F3B';
        standIns[(int)UnicodeCategory.InitialQuotePunctuation] = '\u2E02';
        standIns[(int)UnicodeCategory.FinalQuotePunctuation] = '\u2E03';
        standIns[(int)UnicodeCategory.OtherPunctuation] = '\uA4FE';
        standIns[(int)UnicodeCategory.MathSymbol] = '\u2A00';
        standIns[(int)UnicodeCategory.CurrencySymbol] = '\u0BF9';
        standIns[(int)UnicodeCategory.ModifierSymbol] = '\uA700';
        standIns[(int)UnicodeCategory.OtherSymbol] = '\u2800';
        standIns[(int)UnicodeCategory.OtherNotAssigned] = '\u0378';
        return standIns;
    }
}
