using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures.Curves;

/// <summary>How much of a target's probability its draft's most likely tokens cover, by pair, or of one pair by temperature: what bounds any tree's acceptance.</summary>
internal sealed class CoverageCurves : IPicture
{
    private const string Figure = "covered";

    public IEnumerable<Drawing> Draw(Report report)
    {
        bool hasSeveral = report.Rows.Where(r => r.Row.Table == "coverage").Select(r => r.Row["pair"]).Distinct().Count() > 1;
        foreach (RowSet rows in RowSet.Of(report, "coverage", "k", hasSeveral ? "pair" : "temperature"))
        {
            Curve[] curves = [.. Curve.Of(rows, row => hasSeveral ? row["pair"] : $"temperature {row["temperature"]}", "k", Figure, factor: 100).OrderByDescending(c => c.Points[^1].Y)];
            if (curves.Length > 0)
            {
                using var sheet = new Sheet("coverage", "The target's probability, covered by the draft's k most likely tokens", rows, Figure);
                new CurveChart(sheet) { Highest = 100 }.Add(curves, (_, i) => SeriesStyle.Categorical(i)).Axes("k, most likely tokens of the draft", "covered, %");
                yield return sheet.Draw();
            }
        }
    }
}
