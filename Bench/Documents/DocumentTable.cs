using System.Globalization;
using System.Text;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Documents;

/// <summary>
/// A table of a document, made from a report. Where several of the report's rows make one of the document's, a cell tells their median and range.
/// </summary>
internal static class DocumentTable
{
    private const char Not = '!';

    /// <summary>Markdown: the table, and a line that says where it comes from.</summary>
    /// <exception cref="BenchException">The report has nothing of the kind.</exception>
    public static string Write(TableRequest request, Report report)
    {
        Row[] rows = [.. report.Rows.Select(r => r.Row).Where(r => r.Table == request.Table && request.Where.All(w => w.Key.EndsWith(Not) ? ValueOf(r, w.Key.TrimEnd(Not)) != w.Value : ValueOf(r, w.Key) == w.Value))];
        if (rows.Length == 0)
        {
            throw new BenchException($"{request.File}: there is no row of \"{request.Table}\" with {string.Join(", ", request.Where.Select(w => $"{w.Key} = {w.Value}"))}.");
        }

        StringBuilder text = new();
        string[] titles = [.. request.Rows.Select(name => TitleOf(request, name)), .. Columns(request, rows)];
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", titles)} |\n|{string.Concat(Enumerable.Repeat("---|", titles.Length))}\n");
        foreach (IGrouping<string, Row> group in rows.GroupBy(r => string.Join(" | ", request.Rows.Select(name => ValueOf(r, name)))))
        {
            IEnumerable<string> cells = request.Columns is { } parameter
                ? ValuesOf(rows, parameter).Select(value => Cell(request, group.Where(r => ValueOf(r, parameter) == value), request.Figures[0]))
                : request.Figures.Select(figure => Cell(request, group, figure));
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", [.. request.Rows.Count == 0 ? [] : (string[])[group.Key], .. cells])} |\n");
        }

        IEnumerable<string> origins = rows.SelectMany(r => request.Figures.Select(name => r.Find(FigureName.Parse(name).Figure))).OfType<Figure>().Select(f => OriginName.Of(f.Origin)).Distinct();
        return text.Append(CultureInfo.InvariantCulture, $"\n*{string.Join(" and ", origins)}; from [{Path.GetFileName(request.File)}]({request.File})*\n").ToString();
    }

    private static IEnumerable<string> Columns(TableRequest request, Row[] rows) => request.Columns is { } parameter
        ? ValuesOf(rows, parameter).Select(value => $"{TitleOf(request, parameter)} = {value}")
        : request.Figures.Select(figure => TitleOf(request, figure));

    private static string Cell(TableRequest request, IEnumerable<Row> rows, string name)
    {
        var wanted = FigureName.Parse(name);
        Row[] found = [.. rows.Where(r => wanted.ValueIn(r) is not null)];
        double[] values = [.. found.Select(r => wanted.ValueIn(r)!.Value).Order()];
        if (values.Length == 0)
        {
            return "–";
        }

        string median = Number(request, (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2);
        return values.Length > 1 ? $"{median} ({Number(request, values[0])}–{Number(request, values[^1])})"
            : request.Error is { } error && found[0].Find(error) is { } half ? $"{median} ± {Number(request, half.Value)}"
            : median;
    }

    private static string Number(TableRequest request, double value) => value.ToString(request.Format, CultureInfo.InvariantCulture);

    /// <summary>In the order of the report.</summary>
    private static IEnumerable<string> ValuesOf(Row[] rows, string parameter) => rows.Select(r => ValueOf(r, parameter)).Distinct();

    private static string ValueOf(Row row, string parameter) => row.Parameters.FirstOrDefault(p => p.Name == parameter).Value ?? "";

    private static string TitleOf(TableRequest request, string name) => request.Titles.GetValueOrDefault(name, name);
}
