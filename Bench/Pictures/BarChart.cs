using ScottPlot;
using SpecExecNative.Bench.Pictures.Style;

namespace SpecExecNative.Bench.Pictures;

/// <summary>Times as bars: a group for each budget, columns beside one another in it, parts stacked in a column.</summary>
/// <param name="sheet">Where they are drawn.</param>
/// <param name="groups">Their names, from left to right.</param>
/// <param name="columns">How many columns a group has.</param>
internal sealed class BarChart(Sheet sheet, IReadOnlyList<string> groups, int columns)
{
    private const double GroupWidth = 0.84;

    // Okabe and Ito's, as for curves; dark and light take turns.
    private static readonly string[] Colours = ["#0072B2", "#E69F00", "#009E73", "#56B4E9"];

    private readonly double[,] _heights = new double[groups.Count, columns];
    private readonly List<(int Column, string Name, double[] Seconds)> _parts = [];

    /// <summary>On top of what the column has already.</summary>
    /// <param name="column">Which one of each group.</param>
    /// <param name="name">For the legend.</param>
    /// <param name="seconds">One for each group.</param>
    public void Add(int column, string name, double[] seconds) => _parts.Add((column, name, seconds));

    /// <summary>Last of all: draws, in milliseconds if all is short.</summary>
    public void Axes(string title)
    {
        double longest = Enumerable.Range(0, groups.Count).Max(group => _parts.GroupBy(p => p.Column).Max(column => column.Sum(p => p.Seconds[group])));
        (double scale, string unit) = longest < 1 ? (1e3, "ms") : (1, "s");
        for (int part = 0; part < _parts.Count; part++)
        {
            Draw(_parts[part], Color.FromHex(Colours[part % Colours.Length]), scale);
        }

        const double Room = 1.06;
        const double Half = 0.5;
        IXAxis bottom = sheet.Plot.Axes.Bottom;
        IYAxis left = sheet.Plot.Axes.Left;
        bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. groups.Select((_, i) => (double)i)], [.. groups]);
        bottom.MajorTickStyle.Length = 0;
        (bottom.Min, bottom.Max, bottom.Label.Text) = (-Half, groups.Count - Half, title);
        (left.Min, left.Max, left.Label.Text) = (0, longest > 0 ? longest * scale * Room : 1, $"time, {unit}");
        sheet.Plot.Grid.XAxisStyle.IsVisible = false;
        Theme.AddLegend(sheet.Plot);
    }

    private void Draw((int Column, string Name, double[] Seconds) part, Color color, double scale)
    {
        double width = GroupWidth / columns;
        List<Bar> bars = [];
        for (int group = 0; group < groups.Count; group++)
        {
            ref double height = ref _heights[group, part.Column];
            double top = height + (part.Seconds[group] * scale);
            double position = group - (GroupWidth / 2) + (width * (part.Column + 0.5));
            bars.Add(new Bar { Position = position, ValueBase = height, Value = top, Size = width * 0.94, FillColor = color, LineWidth = 0 });
            height = top;
        }

        sheet.Plot.Add.Bars(bars);
        Theme.LegendItem(sheet.Plot, part.Name).FillColor = color;
    }
}
