using System.Text;
using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports.Markdown;

/// <summary>A report for people: what ran where, then a table for each table of the rows.</summary>
internal static class MarkdownReport
{
    public static string Write(Report report)
    {
        StringBuilder text = new();
        text.Append($"# {MarkdownText.Cell(report.Head.Command)}\n\n");
        if (report.Head.Settings.Count > 0)
        {
            text.Append($"{Listed(report.Head.Settings)}\n\n");
        }

        for (int i = 0; i < report.Runs.Count; i++)
        {
            ReportRun run = report.Runs[i];
            string number = report.Runs.Count == 1 ? "" : $"**run {i}** ";
            string shard = run.Shard.IsWhole ? "" : $"shard {run.Shard}, ";
            string started = run.Started is { } time ? $"{time.UtcDateTime:yyyy-MM-dd HH:mm} UTC, " : "";
            text.Append($"* {number}{shard}{started}{Listed(run.Environment.Values)}\n");
        }

        foreach (string note in report.NotesToRead)
        {
            text.Append($"\n**{MarkdownText.Cell(note)}**\n");
        }

        bool hasBaseline = report.Rows.Any(r => r.Row.Figures.Any(f => f.Baseline is not null));
        foreach (IGrouping<string, (int Run, Row Row)> table in report.Rows.GroupBy(r => r.Row.Table))
        {
            text.Append($"\n## {MarkdownText.Cell(table.Key)}\n\n");
            text.Append(new MarkdownTable([.. table], hasBaseline).Write());
        }

        return text.ToString();
    }

    private static string Listed(IEnumerable<Parameter> values) => string.Join("; ", values.Select(v => MarkdownText.Cell($"{v.Name}: {v.Value}")));
}
