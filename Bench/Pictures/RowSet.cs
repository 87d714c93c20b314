using System.Globalization;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures;

/// <summary>Rows of one table that belong into one picture: they differ in what the picture shows, and in nothing else.</summary>
/// <param name="Report">Whose they are.</param>
/// <param name="Rows">At least one, with the index of its sitting.</param>
/// <param name="Conditions">The parameters that they share.</param>
internal sealed record RowSet(Report Report, IReadOnlyList<(int Run, Row Row)> Rows, IReadOnlyList<Parameter> Conditions)
{
    /// <summary>The table's rows, apart by every parameter that the picture does not show.</summary>
    public static IEnumerable<RowSet> Of(Report report, string table, params string[] shown)
        => Apart(report, report.Rows.Where(r => r.Row.Table == table), p => !shown.Contains(p.Name));

    /// <summary>Apart by one more parameter.</summary>
    public IEnumerable<RowSet> By(string parameter) => Apart(Report, Rows, p => p.Name == parameter || Conditions.Contains(p));

    /// <summary>Rows that pass; null: none does.</summary>
    public RowSet? Where(Func<Row, bool> condition) => this with { Rows = [.. Rows.Where(r => condition(r.Row))] } is { Rows.Count: > 0 } some ? some : null;

    /// <summary>The conditions, for people.</summary>
    public string Subtitle => string.Join(" · ", Conditions.Select(c => $"{c.Name} {(c.Name == LinkName.Parameter ? LinkName.Of(c.Value) : c.Value)}"));

    /// <summary>Where the figures come from, what computed, and which run that was.</summary>
    /// <param name="figures">Names of the figures that are shown.</param>
    public string Source(params string[] figures)
    {
        string origins = string.Join(" and ", Rows.SelectMany(r => r.Row.Figures).Where(f => figures.Contains(f.Name)).Select(f => f.Origin).Distinct().Order().Select(OriginName.Of));
        ReportRun[] runs = [.. Rows.Select(r => r.Run).Distinct().Order().Select(i => Report.Runs[i])];
        string[] devices = [.. runs.Select(r => r.Environment.Device ?? "unnamed device").Distinct()];
        string others = devices.Length > 1 ? $" and {devices.Length - 1} more" : "";
        IEnumerable<string> dates = runs.Where(r => r.Started is not null).Select(r => $"{r.Started!.Value.UtcDateTime:yyyy-MM-dd}").Distinct().Take(1);
        string prefix = devices[0].StartsWith(origins, StringComparison.OrdinalIgnoreCase) ? "" : $"{origins}: ";
        return string.Join(" · ", [$"{prefix}{devices[0]}{others}", $"specexec-bench {Report.Head.Command}", .. dates]);
    }

    /// <summary>The number that a parameter begins with; null: it has none.</summary>
    public static double? Number(Row row, string parameter)
    {
        string text = row[parameter] ?? "";
        int length = text.TakeWhile(c => char.IsAsciiDigit(c) || c is '.').Count();
        return double.TryParse(text.AsSpan(0, length), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private static IEnumerable<RowSet> Apart(Report report, IEnumerable<(int Run, Row Row)> rows, Func<Parameter, bool> separates)
        => rows.GroupBy(r => (r.Row with { Parameters = [.. r.Row.Parameters.Where(separates)] }).Key)
            .Select(group => new RowSet(report, [.. group], [.. group.First().Row.Parameters.Where(separates)]));
}
