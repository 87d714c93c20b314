using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports.Tables;

namespace SpecExecNative.Bench.Reports.Markdown;

/// <summary>A <see cref="ReportTable"/> in Markdown, below its caption.</summary>
/// <param name="rows">Rows of the same table, with the index of their run.</param>
/// <param name="hasBaseline">There is something to compare with, in this table or another.</param>
internal sealed class MarkdownTable(IReadOnlyList<(int Run, Row Row)> rows, bool hasBaseline)
{
    private readonly ReportTable _table = new(rows, hasBaseline);

    public string Write()
    {
        string[] headings = _table.Headings;
        string rule = string.Concat(Enumerable.Repeat("---|", headings.Length));
        return $"*{_table.Caption}*\n\n{Line(headings)}|{rule}\n{string.Concat(_table.Lines.Select(Line))}";
    }

    private static string Line(string[] cells) => MarkdownText.Line(cells.Select(MarkdownText.Cell));
}
