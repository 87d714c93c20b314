using SpecExecNative.Bench.Reports.Csv;
using SpecExecNative.Bench.Reports.Json;
using SpecExecNative.Bench.Reports.Markdown;

namespace SpecExecNative.Bench.Reports;

/// <summary>Names of the formats, and their writers.</summary>
internal static class ReportFormats
{
    private static readonly (string Name, ReportFormat Format)[] All =
        [("md", ReportFormat.Markdown), ("csv", ReportFormat.Csv), ("json", ReportFormat.Json), ("jsonl", ReportFormat.JsonLines)];

    /// <summary>As on the command line, which are also the files' extensions.</summary>
    public static IEnumerable<string> Names => All.Select(f => f.Name);

    /// <returns>Null: no such format.</returns>
    public static ReportFormat? Parse(string name)
        => All.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => (ReportFormat?)f.Format).FirstOrDefault();

    /// <summary>By extension; null: it has none that says.</summary>
    public static ReportFormat? OfFile(string path) => Parse(Path.GetExtension(path).TrimStart('.'));

    /// <summary>The whole text, ending in a line end.</summary>
    public static string Write(Report report, ReportFormat format) => format switch
    {
        ReportFormat.Markdown => MarkdownReport.Write(report),
        ReportFormat.Csv => CsvReport.Write(report),
        ReportFormat.Json => JsonReport.Write(report),
        _ => JsonLines.Write(report),
    };
}
