using System.Text;

namespace SpecExecNative.TrainPair.Corpus;

/// <summary>
/// The corpus as documents: one chapter each, its title on the first line and a verse on every further one
/// (<c>Genesis 1\nIn the beginning ...\n</c>). Every 20th chapter is held out from training.
/// </summary>
internal sealed record Chapters(IReadOnlyList<string> Training, IReadOnlyList<string> HeldOut)
{
    private const int HeldOutPeriod = 20;
    private const int HeldOutPhase = 10;
    private const int CalibrationPeriod = 40;
    private const int CalibrationPhase = 20;
    private const char FileSeparator = '\f';

    /// <summary>Every 40th training chapter: some 28,000 tokens to calibrate quantization on.</summary>
    public IReadOnlyList<string> Calibration => [.. Training.Where((_, index) => index % CalibrationPeriod == CalibrationPhase)];

    /// <summary>Groups verses, in the form that <see cref="BibleProgram.PrintAllVerses"/> gives, into chapters.</summary>
    /// <exception cref="CorpusException">A line has no reference or names an unknown book.</exception>
    public static Chapters FromVerses(IEnumerable<string> verseLines)
    {
        List<StringBuilder> chapters = [];
        string currentChapter = "";
        foreach (string line in verseLines)
        {
            int space = line.IndexOf(' ');
            int colon = line.IndexOf(':');
            if (colon < 0 || space < colon)
            {
                throw new CorpusException($"a line of the text does not begin with a reference such as 'Ge1:1 ': '{line}'");
            }

            string chapter = line[..colon];
            if (chapter != currentChapter)
            {
                currentChapter = chapter;
                chapters.Add(new StringBuilder(TitleOf(chapter)).Append('\n'));
            }

            chapters[^1].Append(line[(space + 1)..].Trim()).Append('\n');
        }

        return Split(chapters.ConvertAll(chapter => chapter.ToString()));
    }

    /// <summary>Writes one side of the split as a text file, chapters parted by form feeds.</summary>
    public static void Write(string path, IReadOnlyList<string> chapters)
    {
        File.WriteAllText(path, string.Join(FileSeparator, chapters));
    }

    /// <summary>Writes chapters as the models know them, each between <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>, for programs that read these marks as tokens.</summary>
    public static void WriteMarked(string path, IReadOnlyList<string> chapters)
    {
        File.WriteAllText(path, string.Concat(chapters.Select(chapter => $"<s>{chapter}</s>")));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<string> Read(string path)
    {
        return File.ReadAllText(path).Split(FileSeparator);
    }

    private static Chapters Split(List<string> chapters)
    {
        ILookup<bool, string> byHeldOut = chapters
            .Select((text, index) => (text, heldOut: index % HeldOutPeriod == HeldOutPhase))
            .ToLookup(chapter => chapter.heldOut, chapter => chapter.text);
        return new Chapters([.. byHeldOut[false]], [.. byHeldOut[true]]);
    }

    /// <summary><c>1Sm12</c> becomes <c>1 Samuel 12</c>.</summary>
    private static string TitleOf(string chapter)
    {
        int digits = chapter.Length;
        while (digits > 0 && char.IsAsciiDigit(chapter[digits - 1]))
        {
            digits--;
        }

        return $"{BibleBooks.NameOf(chapter[..digits])} {chapter[digits..]}";
    }
}
