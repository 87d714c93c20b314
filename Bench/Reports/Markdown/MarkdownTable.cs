using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports.Markdown;

/// <summary>
/// One table: parameters, then for each figure its value, p95 and references. A column never mixes origins; a table of one origin names it once
/// above, any other in every heading.
/// </summary>
internal sealed class MarkdownTable
{
    private readonly IReadOnlyList<(int Run, Row Row)> _rows;
    private readonly string[] _parameters;
    private readonly FigureColumns[] _figures;
    private readonly Origin[] _origins;
    private readonly bool _hasSeveralRuns;

    /// <param name="rows">Rows of the same table, with the index of their run.</param>
    /// <param name="hasBaseline">There is something to compare with, in this table or another.</param>
    public MarkdownTable(IReadOnlyList<(int Run, Row Row)> rows, bool hasBaseline)
    {
        _rows = rows;
        Figure[] figures = [.. rows.SelectMany(r => r.Row.Figures)];
        _parameters = [.. rows.SelectMany(r => r.Row.Parameters).Select(p => p.Name).Distinct()];
        _origins = [.. figures.Select(f => f.Origin).Concat(figures.SelectMany(f => f.References).Select(r => r.Origin)).Distinct().Order()];
        _hasSeveralRuns = rows.DistinctBy(r => r.Run).Count() > 1;
        _figures = [.. figures.GroupBy(f => (f.Name, f.Unit, f.Origin)).Select(g => new FigureColumns([.. g], namesOrigin: _origins.Length > 1, hasBaseline))];
    }

    public string Write()
    {
        string[] headings = [.. RunCell("run"), .. _parameters.Select(MarkdownText.Cell), .. _figures.SelectMany(f => f.Headings)];
        IEnumerable<string> lines = _rows.Select(r => MarkdownText.Line(
        [
            .. RunCell($"{r.Run}"),
            .. _parameters.Select(name => MarkdownText.Cell(r.Row.Parameters.Where(p => p.Name == name).Select(p => p.Value).FirstOrDefault(""))),
            .. _figures.SelectMany(f => f.Cells(r.Row)),
        ]));
        return $"{Caption()}\n\n{MarkdownText.Line(headings)}|{string.Concat(Enumerable.Repeat("---|", headings.Length))}\n{string.Concat(lines)}";
    }

    private string[] RunCell(string text) => _hasSeveralRuns ? [text] : [];

    private string Caption()
    {
        int[] samples = [.. _rows.SelectMany(r => r.Row.Figures).Where(f => f.P95 is not null && f.Samples is not null).Select(f => f.Samples!.Value)];
        string repeats = samples.Length == 0 ? ""
            : samples.Min() == samples.Max() ? $"; medians of {samples.Min()} samples"
            : $"; medians of {samples.Min()} to {samples.Max()} samples";
        return $"*{string.Join(" and ", _origins.Select(OriginName.Of))}{repeats}*";
    }
}
