using System.Globalization;
using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Reports.Csv;

/// <summary>Collects the lines of a table, in which neighbouring figures of the same place and parameters are one row.</summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="bare">The report, still without rows.</param>
internal sealed class CsvRowReader(string file, Report bare)
{
    private readonly Dictionary<string, int> _columns = [];
    private readonly List<Row>[] _runs = [.. bare.Runs.Select(_ => new List<Row>())];
    private readonly Dictionary<string, List<Row>> _cases = bare.Cases.ToDictionary(c => c.Name, _ => new List<Row>());

    /// <summary>Takes the next line; the first one has the columns' names.</summary>
    /// <exception cref="ReportFormatException">It does not fit.</exception>
    public void Add(int line, List<string> fields)
    {
        if (_columns.Count == 0)
        {
            for (int i = 0; i < fields.Count; i++)
            {
                if (!_columns.TryAdd(fields[i], i))
                {
                    throw Wrong(line, fields[i], "two columns have this name");
                }
            }

            return;
        }

        if (fields.Count != _columns.Count)
        {
            throw new ReportFormatException(file, $"line {line}", $"{fields.Count} fields instead of {_columns.Count}");
        }

        if (fields.Find(f => f.Any(char.IsControl)) is not null)
        {
            throw new ReportFormatException(file, $"line {line}", "a field has control characters");
        }

        Add(line, name => _columns.TryGetValue(name, out int column) ? fields[column] : throw Wrong(line, name, "there is no such column"));
    }

    /// <summary>The report with its rows.</summary>
    public Report ToReport() => _columns.Count == 0
        ? throw new ReportFormatException(file, "", "the table is missing")
        : bare with
        {
            Runs = [.. bare.Runs.Select((run, i) => run with { Rows = _runs[i] })],
            Cases = [.. bare.Cases.Select(c => c with { Rows = _cases[c.Name] })],
        };

    private void Add(int line, Func<string, string> cell)
    {
        string Needed(string name) => cell(name) is { Length: > 0 } text ? text : throw Wrong(line, name, "it is empty");
        double? Number(string name) => cell(name) is not { Length: > 0 } text ? null
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
            : throw Wrong(line, name, "it is no number");
        Origin OriginIn(string name) => OriginName.Parse(cell(name)) ?? throw Wrong(line, name, $"it must be one of {string.Join(", ", OriginName.All)}");
        double Present(string name) => Number(name) ?? throw Wrong(line, name, "it is empty");

        IEnumerable<string> Named(string prefix) => _columns.Keys.Where(c => c.StartsWith(prefix, StringComparison.Ordinal)).Select(c => c[prefix.Length..]);
        Parameter[] parameters = [.. Named(CsvColumns.Parameter).Select(p => new Parameter(p, cell(CsvColumns.Parameter + p))).Where(p => p.Value.Length > 0)];
        var figure = new Figure(Needed("figure"), Present("value"), cell("unit"), OriginIn("origin"))
        {
            P95 = Number("p95"),
            Samples = Number("samples") is not { } samples ? null
                : samples is >= 1 and <= int.MaxValue && samples == Math.Floor(samples) ? (int)samples : throw Wrong(line, "samples", "it must be a whole number"),
            Baseline = Number("baseline") is { } baseline ? new BaselineValue(baseline, Number("ratio to baseline")) : null,
            References =
            [
                .. Named(CsvColumns.ReferenceOrigin).Where(r => cell(CsvColumns.ReferenceOrigin + r).Length > 0).Select(r => new FigureReference(
                    r, Present(CsvColumns.Ratio + r), Number(CsvColumns.ReferenceValue + r), OriginIn(CsvColumns.ReferenceOrigin + r))),
            ],
        };
        var row = new Row(Needed("table"), parameters, [figure]);
        List<Row> rows = Place(line, cell("run"), cell("case"));
        if (rows.Count > 0 && rows[^1].Key == row.Key && rows[^1].Find(figure.Name) is null)
        {
            rows[^1] = rows[^1] with { Figures = [.. rows[^1].Figures, figure] };
        }
        else
        {
            rows.Add(row);
        }
    }

    private List<Row> Place(int line, string run, string name)
    {
        if (!int.TryParse(run, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= _runs.Length)
        {
            throw Wrong(line, "run", "there is no such run");
        }

        return name.Length == 0 ? _runs[index]
            : _cases.TryGetValue(name, out List<Row>? rows) ? rows
            : throw Wrong(line, "case", $"there is no case \"{name}\"");
    }

    private ReportFormatException Wrong(int line, string column, string problem) => new(file, $"line {line}, column \"{column}\"", problem);
}
