using ScottPlot;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>
/// What tells a curve from the others: colour and marker, so that neither colour-blind eyes nor a grey printer lose it. No dashes: Skia cannot write
/// them into SVG.
/// </summary>
internal readonly record struct SeriesStyle(Color Color, MarkerShape Marker)
{
    // Okabe and Ito, "Color Universal Design", 2008; without the yellow, which white paper swallows.
    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    private static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown,
        MarkerShape.OpenCircle, MarkerShape.OpenSquare, MarkerShape.OpenTriangleUp, MarkerShape.OpenDiamond,
    ];

    /// <summary>Things of different kinds.</summary>
    public static SeriesStyle Categorical(int index)
        => new(Color.FromHex(Colours[index % Colours.Length]), Markers[index % Markers.Length]);

    /// <summary>Things in an order: colours from dark to light. Viridis keeps its order without colour, too; its yellow end is left out.</summary>
    public static SeriesStyle Ordinal(int index, int count)
    {
        const double LightestShare = 0.82;
        double share = count == 1 ? 0.25 : LightestShare * index / (count - 1);
        return new(new ScottPlot.Colormaps.Viridis().GetColor(share), Markers[index % Markers.Length]);
    }
}
