using System.Globalization;
using System.Text;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports.Json;

namespace SpecExecNative.Bench.Reports.Csv;

/// <summary>
/// A report as a table with a line for each figure and a column for each parameter and reference. The rest of the report, environments
/// included, stands above it in lines that begin with <c># </c>, as JSON lines without rows.
/// </summary>
internal static class CsvReport
{
    private const string Comment = "# ";

    public static string Write(Report report)
    {
        StringBuilder text = new();
        Report bare = report with { Runs = [.. report.Runs.Select(r => r with { Rows = [] })], Cases = [.. report.Cases.Select(c => c with { Rows = [] })] };
        foreach (string line in JsonLines.Write(bare).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(Comment).Append(line).Append('\n');
        }

        var columns = CsvColumns.Of(report);
        text.Append(CsvText.Line(columns.Names.Select(PlainText.Of)));
        for (int run = 0; run < report.Runs.Count; run++)
        {
            AppendRows(text, columns, run, "", report.Runs[run].Rows);
        }

        foreach (ReportCase done in report.CasesInOrder)
        {
            AppendRows(text, columns, done.Run, done.Name, done.Rows);
        }

        return text.ToString();
    }

    /// <exception cref="ReportFormatException">It is no such report.</exception>
    public static Report Read(string text, string file)
    {
        (string comments, string table, int firstLine) = Split(text);
        Report report = JsonLines.Read(comments, file, Comment);
        var rows = new CsvRowReader(file, report);
        foreach ((int line, List<string> fields) in CsvText.Read(table, file, firstLine))
        {
            rows.Add(line, fields);
        }

        return rows.ToReport();
    }

    private static void AppendRows(StringBuilder text, CsvColumns columns, int run, string name, IReadOnlyList<Row> rows)
    {
        foreach (Row row in rows)
        {
            foreach (Figure figure in row.Figures)
            {
                text.Append(CsvText.Line(columns.Cells(run, name, row, figure).Select(PlainText.Of)));
            }
        }
    }

    private static (string Comments, string Table, int FirstLine) Split(string text)
    {
        int end = 0;
        int lines = 0;
        while (string.CompareOrdinal(text, end, Comment, 0, Comment.Length) == 0 && text.IndexOf('\n', end) is var next and >= 0)
        {
            end = next + 1;
            lines++;
        }

        return (text[..end], text[end..], lines + 1);
    }

    /// <summary>As JSON has it: the shortest text that gives the same number.</summary>
    internal static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
