using ScottPlot;
using SpecExecNative.Bench.Pictures.Style;

namespace SpecExecNative.Bench.Pictures.Curves;

/// <summary>Curves over a logarithmic axis of numbers of tokens.</summary>
/// <param name="sheet">Where they are drawn.</param>
internal sealed class CurveChart(Sheet sheet)
{
    private const float LineWidth = 2;
    private const float MarkerSize = 8;
    private const float RingSize = 17;

    private readonly List<double> _xs = [];
    private readonly List<double> _ys = [];

    /// <summary>The vertical axis is logarithmic, too; otherwise it begins at 0.</summary>
    public bool IsLogY { get; init; }

    /// <summary>A ring around each curve's highest point.</summary>
    public bool RingsBest { get; init; }

    /// <summary>Where the vertical axis ends; null: a little above the highest point.</summary>
    public double? Highest { get; init; }

    public CurveChart Add(IReadOnlyList<Curve> curves, Func<IReadOnlyList<Curve>, int, SeriesStyle> styleOf)
    {
        for (int i = 0; i < curves.Count; i++)
        {
            Add(curves[i], styleOf(curves, i));
        }

        return this;
    }

    /// <summary>A line at one height, from side to side.</summary>
    public CurveChart AddLevel(string name, double y)
    {
        ScottPlot.Plottables.HorizontalLine line = sheet.Plot.Add.HorizontalLine(Y(y), LineWidth, Theme.Grey);
        Theme.LegendItem(sheet.Plot, name).LineStyle = line.LineStyle;
        _ys.Add(y);
        return this;
    }

    /// <summary>Last of all: axes that fit what is there.</summary>
    public void Axes(string x, string y)
    {
        ScottPlot.IXAxis bottom = sheet.Plot.Axes.Bottom;
        ScottPlot.IYAxis left = sheet.Plot.Axes.Left;
        (bottom.Label.Text, left.Label.Text) = (x, y);
        LogAxis.Two.Label(bottom, _xs.Min(), _xs.Max());
        if (IsLogY)
        {
            LogAxis.Ten.Label(left, _ys.Min(), _ys.Max(), room: 0.06);
        }
        else
        {
            const double Room = 1.06;
            double highest = Highest ?? (_ys.Max() * Room);
            (left.Min, left.Max) = (Math.Min(0, _ys.Min()), highest > 0 ? highest : 1);
        }

        if (RingsBest)
        {
            Theme.LegendItem(sheet.Plot, "best").MarkerStyle = new MarkerStyle(MarkerShape.OpenCircle, RingSize - 3) { LineColor = Theme.Ink, LineWidth = 1.5f };
        }

        Theme.AddLegend(sheet.Plot);
    }

    private void Add(Curve curve, SeriesStyle style)
    {
        double[] xs = [.. curve.Points.Select(p => LogAxis.Two.Position(p.X))];
        double[] ys = [.. curve.Points.Select(p => Y(p.Y))];
        if (!IsLogY && curve.Points.Any(p => p.Error > 0))
        {
            double[] errors = [.. curve.Points.Select(p => p.Error ?? 0)];
            var bars = new ScottPlot.Plottables.ErrorBar(xs, ys, null, null, errors, errors) { Color = style.Color, LineWidth = 1.2f, CapSize = 6 };
            sheet.Plot.Add.Plottable(bars);
            _ys.AddRange(curve.Points.Select(p => Math.Min(p.Y + (p.Error ?? 0), Highest ?? double.MaxValue)));
        }

        ScottPlot.Plottables.Scatter line = sheet.Plot.Add.Scatter(xs, ys, style.Color);
        line.LineWidth = LineWidth;
        (line.MarkerShape, line.MarkerSize, line.MarkerLineWidth) = (style.Marker, MarkerSize, 1.5f);
        LegendItem item = Theme.LegendItem(sheet.Plot, curve.Name);
        (item.LineStyle, item.MarkerStyle) = (line.LineStyle, line.MarkerStyle);
        if (RingsBest)
        {
            CurvePoint best = curve.Points.MaxBy(p => p.Y);
            sheet.Plot.Add.Marker(LogAxis.Two.Position(best.X), Y(best.Y), MarkerShape.OpenCircle, RingSize, Theme.Ink).MarkerStyle.LineWidth = 1.5f;
        }

        _xs.AddRange(curve.Points.Select(p => p.X));
        _ys.AddRange(curve.Points.Select(p => p.Y));
    }

    private double Y(double value) => IsLogY ? LogAxis.Ten.Position(value) : value;
}
