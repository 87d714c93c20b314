using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Comparing;

/// <summary>An earlier report, with which a new one is compared row by row.</summary>
internal sealed class Baseline
{
    private readonly string _file;
    private readonly Report _report;
    private readonly ILookup<string, Row> _rows;

    /// <param name="file">Its name, for messages.</param>
    /// <param name="report">The report.</param>
    public Baseline(string file, Report report) => (_file, _report, _rows) = (file, report, report.Rows.ToLookup(r => r.Row.Key, r => r.Row));

    /// <exception cref="ReportFormatException">It is no report.</exception>
    /// <exception cref="BaselineException">It is another subcommand's.</exception>
    public static Baseline Read(string path, string command)
    {
        Report report = ReportReader.Read(path);
        string file = Path.GetFileName(path);
        return report.Head.Command == command
            ? new Baseline(file, report)
            : throw new BaselineException(file, $"it is a report of {report.Head.Command}; {command} has nothing in common with it");
    }

    /// <summary>
    /// The report with each figure's counterpart: the figure of this name and unit in the (first) row of the same table and parameters.
    /// </summary>
    /// <param name="report">What is new.</param>
    /// <param name="warn">Is told of what makes the comparison doubtful.</param>
    public Report Compare(Report report, Action<string> warn)
    {
        (int found, int lacking) = (0, 0);
        Report compared = report.Select(row => row with
        {
            Figures = [.. row.Figures.Select(figure =>
            {
                BaselineValue? counterpart = Counterpart(row, figure);
                _ = counterpart is null ? lacking++ : found++;
                return figure with { Baseline = counterpart };
            })],
        });
        HashSet<string> now = [.. report.Rows.Select(r => r.Row.Key)];
        int gone = _rows.Count(group => !now.Contains(group.Key));
        string summary = $"Compared with {_file}: {found} figures have a counterpart, {lacking} have none (\"new\"), {gone} rows are in the baseline only.";
        string[] doubts = [.. Doubts(report)];
        foreach (string doubt in doubts)
        {
            warn($"warning: {doubt}");
        }

        return compared with { Notes = [.. report.Notes, summary, .. doubts] };
    }

    private BaselineValue? Counterpart(Row row, Figure figure)
        => _rows[row.Key].FirstOrDefault()?.Find(figure.Name) is { } old && old.Unit == figure.Unit
            ? new BaselineValue(old.Value, old.Value == 0 ? null : figure.Value / old.Value)
            : null;

    private IEnumerable<string> Doubts(Report report)
    {
        string mine = Devices(report);
        string theirs = Devices(_report);
        if (mine != theirs)
        {
            yield return $"The baseline ran on {theirs}, this on {mine}: the ratios compare devices, not programs.";
        }

        if (report.Head.DifferenceTo(_report.Head) is { } difference and not "other cases")
        {
            yield return $"The baseline was set otherwise: {difference}.";
        }
    }

    private static string Devices(Report report)
        => string.Join(" and ", report.Runs.Select(r => r.Environment.Device ?? "an unknown device").Distinct().Order(StringComparer.Ordinal));
}
