using System.Text;

namespace SpecExecNative.Bench.Reports.Csv;

/// <summary>Comma-separated values as RFC 4180 has them.</summary>
internal static class CsvText
{
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(",\"\r\n#");

    /// <summary>One line with its end.</summary>
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted)) + "\n";

    /// <summary>The records of a text; quoted fields may hold line ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="firstLine">Number of the text's first line in the file.</param>
    /// <exception cref="ReportFormatException">A quotation does not end, or something follows its end.</exception>
    public static IEnumerable<(int Line, List<string> Fields)> Read(string text, string file, int firstLine)
    {
        int line = firstLine;
        int at = 0;
        while (at < text.Length)
        {
            int start = line;
            List<string> fields = [];
            bool goesOn = true;
            while (goesOn)
            {
                fields.Add(Field(text, file, ref at, ref line));
                goesOn = at < text.Length && text[at] == ',';
                at += goesOn ? 1 : 0;
            }

            if (at < text.Length && text[at] == '\r')
            {
                at++;
            }

            if (at < text.Length && text[at++] != '\n')
            {
                throw new ReportFormatException(file, $"line {line}", "something follows the end of a quotation");
            }

            line++;
            yield return (start, fields);
        }
    }

    private static string Field(string text, string file, ref int at, ref int line)
    {
        if (at == text.Length || text[at] != '"')
        {
            int end = text.AsSpan(at).IndexOfAny(",\r\n");
            string plain = end < 0 ? text[at..] : text.Substring(at, end);
            at += plain.Length;
            return plain;
        }

        int start = line;
        StringBuilder field = new();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (++at == text.Length || text[at] != '"'))
            {
                return field.ToString(); // a second quotation mark would have meant the character itself
            }

            line += text[at] == '\n' ? 1 : 0;
            field.Append(text[at]);
        }

        throw new ReportFormatException(file, $"line {start}", "a quotation does not end");
    }

    private static string Quoted(string field)
        => field.AsSpan().ContainsAny(Special) || field.AsSpan().Trim().Length != field.Length ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
