using System.Globalization;

namespace SpecExecNative.Loaders.Tokenization.Normalization;

/// <summary>
/// Decompositions, compositions and combining classes of the Unicode Character Database, from the embedded
/// normalization.txt; Hangul syllables by the rule of the standard's section 3.12.
/// </summary>
internal sealed class NormalizationTables
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TailCount;

    private static readonly Lazy<NormalizationTables> LazyInstance = new(() => new());

    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly Dictionary<int, byte> _combiningClasses = [];

    private NormalizationTables()
    {
        using Stream resource = typeof(NormalizationTables).Assembly.GetManifestResourceStream("normalization.txt")!;
        using StreamReader reader = new(resource);
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '#')
            {
                ReadLine(line.Split(' '));
            }
        }
    }

    public static NormalizationTables Instance => LazyInstance.Value;

    /// <summary>0 for starters; marks with a smaller class come first.</summary>
    public byte CombiningClass(int codePoint) => _combiningClasses.GetValueOrDefault(codePoint);

    /// <summary>Appends what a character fully decomposes to.</summary>
    public void Decompose(int codePoint, bool compatible, List<int> output)
    {
        int hangul = codePoint - HangulBase;
        if (hangul is >= 0 and < HangulCount)
        {
            output.Add(LeadBase + (hangul / (VowelCount * TailCount)));
            output.Add(VowelBase + (hangul / TailCount % VowelCount));
            if (hangul % TailCount != 0)
            {
                output.Add(TailBase + (hangul % TailCount));
            }
        }
        else if (_canonical.TryGetValue(codePoint, out int[]? parts)
            || (compatible && _compatible.TryGetValue(codePoint, out parts)))
        {
            foreach (int part in parts)
            {
                Decompose(part, compatible, output);
            }
        }
        else
        {
            output.Add(codePoint);
        }
    }

    /// <summary>The character that two others compose to, if there is one.</summary>
    public int? Compose(int first, int second)
    {
        int lead = first - LeadBase;
        int vowel = second - VowelBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            return HangulBase + (((lead * VowelCount) + vowel) * TailCount);
        }

        int hangul = first - HangulBase;
        int tail = second - TailBase;
        if (hangul is >= 0 and < HangulCount && hangul % TailCount == 0 && tail is > 0 and < TailCount)
        {
            return first + tail;
        }

        return _compositions.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private void ReadLine(string[] fields)
    {
        int first = ParseHex(fields[1]);
        if (fields[0] == "R")
        {
            for (int codePoint = first; codePoint <= ParseHex(fields[2]); codePoint++)
            {
                _combiningClasses[codePoint] = byte.Parse(fields[3], CultureInfo.InvariantCulture);
            }

            return;
        }

        int[] parts = [.. fields.Skip(2).Select(ParseHex)];
        (fields[0] == "K" ? _compatible : _canonical)[first] = parts;
        if (fields[0] == "C")
        {
            _compositions[(parts[0], parts[1])] = first;
        }
    }

    private static int ParseHex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
