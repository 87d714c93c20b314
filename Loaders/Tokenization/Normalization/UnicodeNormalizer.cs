using System.Runtime.InteropServices;
using System.Text;

namespace SpecExecNative.Loaders.Tokenization.Normalization;

/// <summary>
/// NFC, NFD, NFKC, NFKD (Unicode Standard Annex 15) from our own tables: with invariant globalization, which this program
/// runs under, <see cref="string.Normalize()"/> silently returns its argument.
/// </summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : TextNormalizer
{
    private readonly bool _compatible = form is NormalizationForm.FormKC or NormalizationForm.FormKD;
    private readonly bool _composes = form is NormalizationForm.FormC or NormalizationForm.FormKC;

    public override string Normalize(string text)
    {
        // Below these, every character is already as the form wants it and attaches to nothing before it.
        char unaffected = form == NormalizationForm.FormC ? '\u0300' : '\u0080';
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', (char)(unaffected - 1)))
        {
            return text;
        }

        NormalizationTables tables = NormalizationTables.Instance;
        List<int> codePoints = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            tables.Decompose(rune.Value, _compatible, codePoints);
        }

        SortMarks(tables, codePoints);
        if (_composes)
        {
            Compose(tables, codePoints);
        }

        StringBuilder result = new(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (int codePoint in codePoints)
        {
            result.Append(units[..new Rune(codePoint).EncodeToUtf16(units)]);
        }

        return result.ToString();
    }

    /// <summary>Orders each run of marks by class, keeping those of the same class in place. Runs may be long: no quadratic sort.</summary>
    private static void SortMarks(NormalizationTables tables, List<int> codePoints)
    {
        for (int start = 0; start < codePoints.Count; start++)
        {
            int end = start;
            while (end < codePoints.Count && tables.CombiningClass(codePoints[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] sorted = [.. codePoints.GetRange(start, end - start).OrderBy(codePoint => tables.CombiningClass(codePoint))];
                sorted.CopyTo(CollectionsMarshal.AsSpan(codePoints)[start..]);
            }

            start = end;
        }
    }

    private static void Compose(NormalizationTables tables, List<int> codePoints)
    {
        int starter = -1;
        int kept = 0;
        byte previousClass = 0;
        for (int i = 0; i < codePoints.Count; i++)
        {
            int codePoint = codePoints[i];
            byte itsClass = tables.CombiningClass(codePoint);

            // Blocked: something of the same or a higher class stands between it and the starter.
            bool adjacent = kept == starter + 1;
            bool reachable = starter >= 0 && (adjacent || (previousClass < itsClass && previousClass != 0));
            if (reachable && tables.Compose(codePoints[starter], codePoint) is int composed)
            {
                codePoints[starter] = composed;
                continue;
            }

            if (itsClass == 0)
            {
                starter = kept;
            }

            previousClass = itsClass;
            codePoints[kept++] = codePoint;
        }

        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }
}
