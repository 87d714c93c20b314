namespace SpecExecNative.TrainPair.Corpus;

/// <summary>The 66 books: the abbreviation that the <c>bible</c> program prints, and the name that the documents carry.</summary>
internal static class BibleBooks
{
    private static readonly Dictionary<string, string> NameByAbbreviation = new(StringComparer.Ordinal)
    {
        ["Ge"] = "Genesis",
        ["Exo"] = "Exodus",
        ["Lev"] = "Leviticus",
        ["Num"] = "Numbers",
        ["Deu"] = "Deuteronomy",
        ["Josh"] = "Joshua",
        ["Jdgs"] = "Judges",
        ["Ruth"] = "Ruth",
        ["1Sm"] = "1 Samuel",
        ["2Sm"] = "2 Samuel",
        ["1Ki"] = "1 Kings",
        ["2Ki"] = "2 Kings",
        ["1Chr"] = "1 Chronicles",
        ["2Chr"] = "2 Chronicles",
        ["Ezra"] = "Ezra",
        ["Neh"] = "Nehemiah",
        ["Est"] = "Esther",
        ["Job"] = "Job",
        ["Psa"] = "Psalms",
        ["Prv"] = "Proverbs",
        ["Eccl"] = "Ecclesiastes",
        ["SSol"] = "Song of Solomon",
        ["Isa"] = "Isaiah",
        ["Jer"] = "Jeremiah",
        ["Lam"] = "Lamentations",
        ["Eze"] = "Ezekiel",
        ["Dan"] = "Daniel",
        ["Hos"] = "Hosea",
        ["Joel"] = "Joel",
        ["Amos"] = "Amos",
        ["Obad"] = "Obadiah",
        ["Jonah"] = "Jonah",
        ["Mic"] = "Micah",
        ["Nahum"] = "Nahum",
        ["Hab"] = "Habakkuk",
        ["Zep"] = "Zephaniah",
        ["Hag"] = "Haggai",
        ["Zec"] = "Zechariah",
        ["Mal"] = "Malachi",
        ["Mat"] = "Matthew",
        ["Mark"] = "Mark",
        ["Luke"] = "Luke",
        ["John"] = "John",
        ["Acts"] = "Acts",
        ["Rom"] = "Romans",
        ["1Cor"] = "1 Corinthians",
        ["2Cor"] = "2 Corinthians",
        ["Gal"] = "Galatians",
        ["Eph"] = "Ephesians",
        ["Phi"] = "Philippians",
        ["Col"] = "Colossians",
        ["1Th"] = "1 Thessalonians",
        ["2Th"] = "2 Thessalonians",
        ["1Tim"] = "1 Timothy",
        ["2Tim"] = "2 Timothy",
        ["Titus"] = "Titus",
        ["Phmn"] = "Philemon",
        ["Heb"] = "Hebrews",
        ["Jas"] = "James",
        ["1Pet"] = "1 Peter",
        ["2Pet"] = "2 Peter",
        ["1Jn"] = "1 John",
        ["2Jn"] = "2 John",
        ["3Jn"] = "3 John",
        ["Jude"] = "Jude",
        ["Rev"] = "Revelation",
    };

    /// <exception cref="CorpusException">The abbreviation is not one that version 4.38 of the program prints.</exception>
    public static string NameOf(string abbreviation)
    {
        return NameByAbbreviation.TryGetValue(abbreviation, out string? name)
            ? name
            : throw new CorpusException($"the bible program printed a book that is not known here: '{abbreviation}'");
    }
}
