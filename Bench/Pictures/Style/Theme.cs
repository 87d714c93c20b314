using ScottPlot;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>What all pictures have in common. Sizes are for a width of <see cref="Sheet.Width"/>, as in a README.</summary>
internal static class Theme
{
    public const float TitleSize = 17;
    public const float TextSize = 13;
    public const float SmallSize = 11;

    /// <summary>Scott's plots set text that is to be centred a little too high: points that it must come down.</summary>
    public const float Sink = 1.5f;

    public static Color Ink { get; } = Color.FromHex("#222222");

    public static Color Grey { get; } = Color.FromHex("#666666");

    private static Color GridLine { get; } = Color.FromHex("#E3E3E3");

    /// <summary>Axes without a frame, a quiet grid, the machine's sans-serif font.</summary>
    public static void Apply(Plot plot)
    {
        plot.Font.Set(PlotFont.Name);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Color(Ink);
        plot.Grid.MajorLineColor = GridLine;
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.5 };
        foreach (IAxis axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.Label.FontSize = TextSize;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = TextSize;
            axis.MinorTickStyle.Length = 0;
            axis.TickLabelStyle.OffsetY = Sink;
        }

        plot.Axes.AddPanel(new TextPanel(Edge.Left));
        plot.Axes.AddPanel(new TextPanel(Edge.Right));
        plot.Legend.DisplayPlottableLegendItems = false;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.85);
        plot.Legend.FontName = PlotFont.Name;
        plot.Legend.FontSize = TextSize;
        plot.Legend.FontColor = Ink;
        plot.Legend.SymbolWidth = 28;
    }

    /// <summary>Beside the chart, where it covers nothing.</summary>
    public static void AddLegend(Plot plot)
    {
        ScottPlot.Panels.LegendPanel legend = plot.ShowLegend(Edge.Right);
        legend.Alignment = Alignment.UpperLeft;
        legend.Padding = new PixelPadding(8, 4, 0, 0);
    }

    /// <summary>Text in a size and colour.</summary>
    public static LabelStyle Label(string text, float size, Color color, bool bold = false)
        => new() { Text = text, FontName = PlotFont.Name, Font = null, FontSize = size, ForeColor = color, Bold = bold }; // a Font would not turn bold

    /// <summary>A line of the legend: fill, line or marker are up to the caller.</summary>
    public static LegendItem LegendItem(Plot plot, string text)
    {
        var item = new LegendItem { LabelText = PlotText.Name(text) };
        item.LabelStyle.OffsetY = Sink;
        plot.Legend.ManualItems.Add(item);
        return item;
    }
}
