using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports.Tables;

/// <summary>
/// One table for people: parameters, then for each figure its value, p95 and references. A column never mixes origins; a table of one origin names
/// it once in the caption, any other in every heading. Texts are plain: whoever writes them escapes them.
/// </summary>
internal sealed class ReportTable
{
    private readonly IReadOnlyList<(int Run, Row Row)> _rows;
    private readonly string[] _parameters;
    private readonly FigureColumns[] _figures;
    private readonly Origin[] _origins;
    private readonly bool _hasSeveralRuns;

    /// <param name="rows">Rows of the same table, with the index of their run.</param>
    /// <param name="hasBaseline">There is something to compare with, in this table or another.</param>
    public ReportTable(IReadOnlyList<(int Run, Row Row)> rows, bool hasBaseline)
    {
        _rows = rows;
        Figure[] figures = [.. rows.SelectMany(r => r.Row.Figures)];
        _parameters = [.. rows.SelectMany(r => r.Row.Parameters).Select(p => p.Name).Distinct()];
        _origins = [.. figures.Select(f => f.Origin).Concat(figures.SelectMany(f => f.References).Select(r => r.Origin)).Distinct().Order()];
        _hasSeveralRuns = rows.DistinctBy(r => r.Run).Count() > 1;
        _figures = [.. figures.GroupBy(f => (f.Name, f.Unit, f.Origin)).Select(g => new FigureColumns([.. g], namesOrigin: _origins.Length > 1, hasBaseline))];
    }

    /// <summary>Where the figures come from, and of how many samples they are.</summary>
    public string Caption
    {
        get
        {
            int[] samples = [.. _rows.SelectMany(r => r.Row.Figures).Where(f => f.P95 is not null && f.Samples is not null).Select(f => f.Samples!.Value)];
            string repeats = samples.Length == 0 ? ""
                : samples.Min() == samples.Max() ? $"; medians of {samples.Min()} samples"
                : $"; medians of {samples.Min()} to {samples.Max()} samples";
            return $"{string.Join(" and ", _origins.Select(OriginName.Of))}{repeats}";
        }
    }

    /// <summary>How many columns, from the left, name the row; the others are numbers.</summary>
    public int NamingColumns => RunCell("").Length + _parameters.Length;

    public string[] Headings => [.. RunCell("run"), .. _parameters, .. _figures.SelectMany(f => f.Headings)];

    /// <summary>A text for each heading; empty where there is nothing to say.</summary>
    public IEnumerable<string[]> Lines => _rows.Select(r => (string[])
    [
        .. RunCell($"{r.Run}"),
        .. _parameters.Select(name => r.Row[name] ?? ""),
        .. _figures.SelectMany(f => f.Cells(r.Row)),
    ]);

    private string[] RunCell(string text) => _hasSeveralRuns ? [text] : [];
}
