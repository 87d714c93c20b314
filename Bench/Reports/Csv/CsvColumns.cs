using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports.Csv;

/// <summary>The columns of a report's table: fixed ones, one for each parameter, three for each reference.</summary>
/// <param name="Parameters">Names, in order of appearance.</param>
/// <param name="References">Names, in order of appearance.</param>
internal sealed record CsvColumns(IReadOnlyList<string> Parameters, IReadOnlyList<string> References)
{
    public const string Parameter = "parameter ";
    public const string Ratio = "ratio to ";
    public const string ReferenceValue = "value of ";
    public const string ReferenceOrigin = "origin of ";

    private static readonly string[] First = ["run", "case", "table"];
    private static readonly string[] Second = ["figure", "value", "unit", "origin", "p95", "samples", "baseline", "ratio to baseline"];

    /// <summary>All of them.</summary>
    public IEnumerable<string> Names => First
        .Concat(Parameters.Select(p => Parameter + p))
        .Concat(Second)
        .Concat(References.SelectMany(r => new[] { ReferenceValue + r, ReferenceOrigin + r, Ratio + r }));

    /// <summary>What the rows of a report need.</summary>
    public static CsvColumns Of(Report report)
    {
        List<Row> rows = [.. report.Rows.Select(r => r.Row)];
        return new CsvColumns(
            [.. rows.SelectMany(r => r.Parameters).Select(p => p.Name).Distinct()],
            [.. rows.SelectMany(r => r.Figures).SelectMany(f => f.References).Select(r => r.Name).Distinct()]);
    }

    /// <summary>A figure's line.</summary>
    public IEnumerable<string> Cells(int run, string name, Row row, Figure figure)
    {
        IEnumerable<string> values = [$"{run}", name, row.Table];
        values = values.Concat(Parameters.Select(p => row.Parameters.Where(q => q.Name == p).Select(q => q.Value).FirstOrDefault("")));
        values = values.Concat(
        [
            figure.Name, CsvReport.Text(figure.Value), figure.Unit, OriginName.Of(figure.Origin), CsvReport.Text(figure.P95), $"{figure.Samples}",
            CsvReport.Text(figure.Baseline?.Value), CsvReport.Text(figure.Baseline?.Ratio),
        ]);
        return values.Concat(References.SelectMany(name =>
        {
            FigureReference? reference = figure.References.FirstOrDefault(r => r.Name == name);
            return new[] { CsvReport.Text(reference?.Value), reference is null ? "" : OriginName.Of(reference.Origin), CsvReport.Text(reference?.Ratio) };
        }));
    }
}
