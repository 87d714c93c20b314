using ScottPlot;
using SpecExecNative.Bench.Cuda;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Bench.Pictures;

/// <summary>
/// The kernels' speed against what they compute for each byte that must cross the card's memory, below the two ceilings that the same run measured: a
/// large copy's rate and cuBLAS at its best. A point on a ceiling cannot be improved; one a little
/// above the slope only reads, where the copy writes, too.
/// </summary>
internal sealed class Roofline : IPicture
{
    public IEnumerable<Drawing> Draw(Report report)
    {
        for (int run = 0; run < report.Runs.Count; run++)
        {
            if (report.Runs[run].Rows.FirstOrDefault(r => r.Table == "limits")?.Find(CardLimits.CopyName) is { } copy)
            {
                double? peak = report.Runs[run].Rows.First(r => r.Table == "limits").Find(CardLimits.PeakName)?.Value;
                var work = new KernelWork(report.Head);
                int sitting = run;
                (Row Row, KernelPoint Point)[] points = [.. report.Rows.Where(r => r.Run == sitting).Select(r => (r.Row, work.PointOf(r.Row))).Where(p => p.Item2 is not null).Select(p => (p.Row, p.Item2!.Value))];
                if (points.Length > 0)
                {
                    var rows = new RowSet(report, [.. points.Select(p => (sitting, p.Row))], report.Head.Settings);
                    using var sheet = new Sheet("roofline", "Kernels below the card's limits", rows, [.. points.SelectMany(p => p.Row.Figures).Select(f => f.Name)]);
                    Draw(sheet.Plot, copy.Value, peak, points);
                    yield return sheet.Draw();
                }
            }
        }
    }

    private static void Draw(Plot plot, double gigabytesPerSecond, double? peak, (Row Row, KernelPoint Point)[] points)
    {
        (string Series, KernelPoint Point)[] named = [.. points.Select(p => (KernelWork.SeriesOf(p.Row), p.Point))];
        (double left, double right) = (points.Min(p => p.Point.FlopsPerByte) / 2, points.Max(p => p.Point.FlopsPerByte) * 2);
        double top = (peak ?? points.Max(p => p.Point.TeraflopsPerSecond)) * 2;
        double bottom = points.Min(p => p.Point.TeraflopsPerSecond) / 2;
        DrawCeilings(plot, gigabytesPerSecond, peak, left, right);
        foreach (IGrouping<string, KernelPoint> series in named.GroupBy(p => p.Series, p => p.Point))
        {
            MarkerStyle style = StyleOf(series.Key);
            plot.Add.ScatterPoints(series.Select(p => X(p.FlopsPerByte)).ToArray(), series.Select(p => Y(p.TeraflopsPerSecond)).ToArray()).MarkerStyle = style;
            Theme.LegendItem(plot, series.Key).MarkerStyle = style;
        }

        LogAxis.Decades.Label(plot.Axes.Bottom, left, right, room: 0);
        LogAxis.Decades.Label(plot.Axes.Left, bottom, top, room: 0);
        plot.Axes.Bottom.Label.Text = "arithmetic intensity, flop/byte";
        plot.Axes.Left.Label.Text = "speed, TFLOP/s";
        plot.ShowLegend(Alignment.LowerRight);
    }

    private static void DrawCeilings(Plot plot, double gigabytesPerSecond, double? peak, double left, double right)
    {
        double Slope(double flopsPerByte) => flopsPerByte * gigabytesPerSecond / 1e3;
        double ridge = Math.Min(peak / gigabytesPerSecond * 1e3 ?? right, right);
        double[] xs = peak is null ? [left, right] : [left, ridge, right];
        double[] ys = peak is { } flat ? [Slope(left), Math.Min(Slope(ridge), flat), Math.Min(Slope(right), flat)] : [Slope(left), Slope(right)];
        ScottPlot.Plottables.Scatter roof = plot.Add.ScatterLine(xs.Select(X).ToArray(), ys.Select(Y).ToArray(), Theme.Ink);
        roof.LineWidth = 2;
        AddLabel(plot, $"{CardLimits.CopyName}, {gigabytesPerSecond:0} GB/s", Math.Sqrt(left * ridge), Slope(Math.Sqrt(left * ridge)), Alignment.LowerRight, -8, -2);
        if (peak is { } height)
        {
            AddLabel(plot, $"{CardLimits.PeakName}, {height:0} TFLOP/s", right, height, Alignment.UpperRight, -4, 5);
        }
    }

    private static void AddLabel(Plot plot, string text, double x, double y, Alignment alignment, float offsetX, float offsetY)
    {
        ScottPlot.Plottables.Text label = plot.Add.Text(text, X(x), Y(y));
        label.LabelStyle = Theme.Label(text, Theme.TextSize, Theme.Ink);
        (label.LabelAlignment, label.OffsetX, label.OffsetY) = (alignment, offsetX, offsetY);
    }

    /// <summary>Colour and shape by what is computed; a draft's queue has rings, which a target's dot may lie in.</summary>
    private static MarkerStyle StyleOf(string series)
    {
        const float Dot = 6;
        const float Ring = 11;
        (int index, MarkerShape dot, MarkerShape ring) = series switch
        {
            _ when series.StartsWith("attention", StringComparison.Ordinal) => (2, MarkerShape.FilledTriangleUp, MarkerShape.OpenTriangleUp),
            _ when series.Contains("int4", StringComparison.Ordinal) => (1, MarkerShape.FilledSquare, MarkerShape.OpenSquare),
            _ => (0, MarkerShape.FilledCircle, MarkerShape.OpenCircle),
        };
        Color color = SeriesStyle.Categorical(index).Color;
        return series.EndsWith("draft", StringComparison.Ordinal) ? new MarkerStyle(ring, Ring, color) { LineWidth = 1.5f } : new MarkerStyle(dot, Dot, color);
    }

    private static double X(double flopsPerByte) => LogAxis.Decades.Position(flopsPerByte);

    private static double Y(double teraflopsPerSecond) => LogAxis.Decades.Position(teraflopsPerSecond);
}
