using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures.Curves;

/// <summary>Tokens a second against the budget: for each link of a sweep, for each method of a run. The best budget is ringed.</summary>
internal sealed class SpeedCurves : IPicture
{
    private const string Figure = "speed";
    private const string Title = "Speed by tree budget";
    private const string XTitle = "budget K, drafted tokens";
    private const string YTitle = "tokens/s";

    // Links apart by more than this would leave the slow ones on the floor of a linear axis.
    private const double MostOnLinearAxis = 6;

    public IEnumerable<Drawing> Draw(Report report) => [.. ByLink(report), .. ByMethod(report)];

    private static IEnumerable<Drawing> ByLink(Report report)
    {
        foreach (RowSet rows in RowSet.Of(report, "sweep", "K", LinkName.Parameter))
        {
            Curve[] curves = [.. Curve.Of(rows, LinkName.Of, "K", Figure).OrderByDescending(c => LinkName.Order(c.Name))];
            if (curves.Length > 0)
            {
                double[] best = [.. curves.Select(c => c.Points.Max(p => p.Y))];
                bool isLog = curves.All(c => c.Points.All(p => p.Y > 0)) && best.Max() > MostOnLinearAxis * best.Min();
                using var sheet = new Sheet("speed-by-link", Title, rows, Figure);
                new CurveChart(sheet) { IsLogY = isLog, RingsBest = true }.Add(curves, (all, i) => SeriesStyle.Ordinal(i, all.Count)).Axes(XTitle, isLog ? $"{YTitle} (log scale)" : YTitle);
                yield return sheet.Draw();
            }
        }
    }

    private static IEnumerable<Drawing> ByMethod(Report report)
    {
        foreach (RowSet rows in RowSet.Of(report, "acceptance", "K", MethodCurves.Method, MethodCurves.DraftTemperature))
        {
            Func<Row, string?> name = MethodCurves.NamesIn(rows);
            Curve[] curves = [.. Curve.Of(rows, row => MethodCurves.IsPlain(row) ? null : name(row), "K", Figure).Select(WithoutError)];
            if (curves.Length > 0)
            {
                using var sheet = new Sheet("speed-by-method", Title, rows, Figure);
                CurveChart chart = new CurveChart(sheet) { RingsBest = true }.Add(curves, MethodCurves.StyleOf);
                if (rows.Rows.Select(r => r.Row).Where(MethodCurves.IsPlain).Select(r => r.Find(Figure)).FirstOrDefault() is { } plain)
                {
                    chart.AddLevel("no speculation", plain.Value);
                }

                chart.Axes(XTitle, YTitle);
                yield return sheet.Draw();
            }
        }
    }

    /// <summary>The table's interval is that of tokens per pass.</summary>
    private static Curve WithoutError(Curve curve) => curve with { Points = [.. curve.Points.Select(p => p with { Error = null })] };
}
