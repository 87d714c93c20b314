using System.Globalization;
using System.Text;

namespace SpecExecNative.Loaders.Tokenization.PreTokenization;

/// <summary>Cuts numbers from other text (<c>Digits</c>); a number is a run of characters of category N.</summary>
/// <param name="individually">Each digit is a piece of its own; else a run of them is one.</param>
internal sealed class DigitsSplitter(bool individually) : PieceSplitter
{
    public override void Split(string text, bool opensInput, List<string> pieces)
    {
        int start = 0;
        int at = 0;
        bool previousNumeric = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool numeric = Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
            if (at > start && (numeric != previousNumeric || (numeric && individually)))
            {
                pieces.Add(text[start..at]);
                start = at;
            }

            previousNumeric = numeric;
            at += rune.Utf16SequenceLength;
        }

        if (at > start)
        {
            pieces.Add(text[start..at]);
        }
    }
}
