// Makes Loaders/Tokenization/Normalization/normalization.txt from the Unicode Character Database, which Debian
// packages as unicode-data:
//
//   dotnet run tools/NormalizationTables/generate.cs -- /usr/share/unicode Loaders/Tokenization/Normalization/normalization.txt

using System.Globalization;

string source = args[0];
string[][] characters = [.. File.ReadLines(Path.Combine(source, "UnicodeData.txt")).Select(line => line.Split(';'))];
HashSet<string> excluded = [.. File.ReadLines(Path.Combine(source, "CompositionExclusions.txt"))
    .Select(line => line.Split('#')[0].Trim())
    .Where(line => line.Length > 0)];
string version = File.ReadLines(Path.Combine(source, "CompositionExclusions.txt")).First().Split('-')[1].Replace(".txt", "");
Dictionary<string, int> combiningClass = characters.ToDictionary(fields => fields[0], fields => int.Parse(fields[3]));

using StreamWriter output = new(args[1]) { NewLine = "\n" };
output.WriteLine($"# What Unicode {version} says about normalisation, without Hangul. Made by tools/NormalizationTables; do not edit.");
output.WriteLine("# Derived from the Unicode Character Database. Copyright Unicode, Inc.; Unicode License v3, https://www.unicode.org/license.txt");
output.WriteLine("# C x y z: x is canonically y z, and y z compose to x.  X: the same, but nothing composes to x.");
output.WriteLine("# K x y z: x is y z for compatibility only.  R x y n: x to y have combining class n (others 0).");
foreach (string[] fields in characters.Where(fields => fields[5].Length > 0))
{
    string[] mapping = fields[5].Split(' ');
    bool compatibility = mapping[0].StartsWith('<');
    bool composes = mapping.Length == 2 && !excluded.Contains(fields[0])
        && combiningClass[fields[0]] == 0 && (compatibility || combiningClass[mapping[0]] == 0);
    output.WriteLine($"{(compatibility ? 'K' : composes ? 'C' : 'X')} {fields[0]} {string.Join(' ', mapping.Skip(compatibility ? 1 : 0))}");
}

(int First, int Last, int Class) range = (0, -2, 0);
foreach (string[] fields in characters.Where(fields => fields[3] != "0"))
{
    int character = int.Parse(fields[0], NumberStyles.HexNumber);
    int itsClass = int.Parse(fields[3]);
    if (character != range.Last + 1 || itsClass != range.Class)
    {
        WriteRange();
        range.First = character;
    }

    range = (range.First, character, itsClass);
}

WriteRange();

void WriteRange()
{
    if (range.Last >= 0)
    {
        output.WriteLine($"R {range.First:X4} {range.Last:X4} {range.Class}");
    }
}
