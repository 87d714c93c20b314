using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures;

/// <summary>
/// What an iteration's time goes to, by budget. In a sweep the link and the target's computing work at the same time, so they stand beside the
/// iteration rather than in it: the iteration itself is the draft, and the rest. Measured runs know times that follow one another; these are stacked.
/// </summary>
internal sealed class IterationSplit : IPicture
{
    private const string Iteration = "iteration";
    private const string Draft = "draft";

    public IEnumerable<Drawing> Draw(Report report) =>
    [
        .. OfSweep(report),
        .. OfStages(report, "acceptance", ["draft", "verify", "walk"]),
        .. OfStages(report, Iteration, ["draft", "pass of the target", "walk"]),
    ];

    private static IEnumerable<Drawing> OfSweep(Report report)
    {
        foreach (RowSet rows in RowSet.Of(report, "sweep", "K", LinkName.Parameter).SelectMany(OfFewLinks))
        {
            (string, Row)[] budgets = Budgets(rows.Where(row => row.Find(Iteration) is not null && row.Find(Draft) is not null));
            if (budgets.Length > 0)
            {
                using var sheet = new Sheet("iteration", "Time of an iteration, and what is busy in it", rows, Iteration, Draft, "stream", "compute");
                var chart = new BarChart(sheet, [.. budgets.Select(b => b.Item1)], columns: 3);
                chart.Add(0, "iteration: pass and walk", [.. budgets.Select(b => Math.Max(0, Value(b.Item2, Iteration) - Value(b.Item2, Draft)))]);
                chart.Add(0, "iteration: draft", [.. budgets.Select(b => Value(b.Item2, Draft))]);
                chart.Add(1, "meanwhile: link streams", [.. budgets.Select(b => Value(b.Item2, "stream"))]);
                chart.Add(2, "meanwhile: target computes", [.. budgets.Select(b => Value(b.Item2, "compute"))]);
                chart.Axes("budget K, drafted tokens");
                yield return sheet.Draw();
            }
        }
    }

    private static IEnumerable<Drawing> OfStages(Report report, string table, string[] stages)
    {
        foreach (RowSet rows in RowSet.Of(report, table, "K"))
        {
            (string, Row)[] budgets = Budgets(rows.Where(row => !Curves.MethodCurves.IsPlain(row) && stages.All(stage => row.Find(stage) is not null)));
            if (budgets.Length > 0)
            {
                using var sheet = new Sheet("iteration", "Time of an iteration", rows, stages);
                var chart = new BarChart(sheet, [.. budgets.Select(b => b.Item1)], columns: 1);
                foreach (string stage in stages)
                {
                    chart.Add(0, stage, [.. budgets.Select(b => Value(b.Item2, stage))]);
                }

                chart.Axes("budget K, drafted tokens");
                yield return sheet.Draw();
            }
        }
    }

    /// <summary>The slowest link, the fastest, and one midway: a picture each.</summary>
    private static IEnumerable<RowSet> OfFewLinks(RowSet sweep)
    {
        RowSet[] links = [.. sweep.By(LinkName.Parameter).OrderBy(rows => LinkName.Order(LinkName.Of(rows.Rows[0].Row) ?? ""))];
        return new[] { 0, links.Length / 2, links.Length - 1 }.Distinct().Select(i => links[i]);
    }

    private static (string Budget, Row Row)[] Budgets(RowSet? rows)
        => [.. (rows?.Rows ?? []).Select(r => (RowSet.Number(r.Row, "K"), r.Row)).Where(b => b.Item1 is not null).OrderBy(b => b.Item1).Select(b => ($"{b.Item1}", b.Row))];

    private static double Value(Row row, string figure) => row.Find(figure)?.Value ?? 0;
}
