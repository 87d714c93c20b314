using ScottPlot;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>Where a picture is drawn: a plot below its title and conditions, above the line that says where its figures come from.</summary>
internal sealed class Sheet : IDisposable
{
    public const int Width = 800;

    private const int PixelsPerPoint = 2;

    private readonly string _name;
    private readonly string _title;
    private readonly string _description;

    /// <param name="kind">The picture's, for the file's name.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="rows">What it is drawn from.</param>
    /// <param name="figures">Names of the figures that it shows.</param>
    public Sheet(string kind, string title, RowSet rows, params string[] figures)
    {
        (string conditions, string source) = (PlotText.Of(rows.Subtitle), PlotText.Of(rows.Source(figures)));
        _name = PlotText.Slug($"{kind} {string.Join(' ', rows.Conditions.Select(c => c.Value))}");
        _title = title;
        _description = string.Join(". ", new[] { title, conditions, source }.Where(text => text.Length > 0));
        Theme.Apply(Plot);
        Plot.Axes.AddPanel(new TextPanel(
            Edge.Top, Theme.Label(title, Theme.TitleSize, Theme.Ink, bold: true), Theme.Label(conditions, Theme.TextSize, Theme.Grey)));
        Plot.Axes.AddPanel(new TextPanel(Edge.Bottom, Theme.Label(source, Theme.SmallSize, Theme.Grey)));
    }

    public Plot Plot { get; } = new();

    public int Height { get; set; } = 460;

    /// <summary>In both formats.</summary>
    public Drawing Draw()
    {
        string svg = SvgDocument.Finish(Plot.GetSvgXml(Width, Height), _title, _description);
        Plot.ScaleFactor = PixelsPerPoint;
        using Image image = Plot.GetImage(Width * PixelsPerPoint, Height * PixelsPerPoint);
        return new Drawing(_name, _title, _description, image.GetImageBytes(ImageFormat.Png), svg);
    }

    public void Dispose() => Plot.Dispose();
}
