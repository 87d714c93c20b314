namespace SpecExecNative.Bench.Reports;

/// <summary>How a report can be written.</summary>
internal enum ReportFormat
{
    Markdown,
    Csv,
    Json,
    JsonLines,
}
