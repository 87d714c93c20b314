using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures.Curves;

/// <summary>Tokens per pass against the budget, by method: how much a larger tree is worth before anything is said of time.</summary>
internal sealed class AcceptanceCurves : IPicture
{
    private const string Figure = "tokens per pass";

    public IEnumerable<Drawing> Draw(Report report)
    {
        foreach (RowSet rows in RowSet.Of(report, "acceptance", "K", MethodCurves.Method, MethodCurves.DraftTemperature))
        {
            Func<Row, string?> name = MethodCurves.NamesIn(rows);
            Curve[] curves = [.. Curve.Of(rows, row => MethodCurves.IsPlain(row) ? null : name(row), "K", Figure)];
            if (curves.Length > 0)
            {
                using var sheet = new Sheet("tokens-per-pass", "Tokens per pass of the target", rows, Figure);
                new CurveChart(sheet).Add(curves, MethodCurves.StyleOf).Axes("budget K, drafted tokens", "tokens per pass");
                yield return sheet.Draw();
            }
        }
    }
}
