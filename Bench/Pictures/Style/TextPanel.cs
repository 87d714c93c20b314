using ScottPlot;
using ScottPlot.Panels;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>
/// Lines of text above or below a chart, over the picture's whole width; what is too long for it ends in an ellipsis. Without lines it is a margin.
/// </summary>
internal sealed class TextPanel : PanelBase
{
    /// <summary>Points between text and the picture's edge.</summary>
    private const float Margin = 10;
    private const float Gap = 3;

    private readonly IReadOnlyList<LabelStyle> _lines;

    /// <param name="edge">Top: the lines begin at the left. Bottom: they end at the right.</param>
    /// <param name="lines">From top to bottom; empty ones are left out.</param>
    public TextPanel(Edge edge, params LabelStyle[] lines)
    {
        Edge = edge;
        _lines = [.. lines.Where(line => line.Text.Length > 0)];
    }

    public override float Measure(Paint paint) => Margin + _lines.Sum(line => line.Measure(paint).Height + Gap);

    public override void Render(RenderPack rp, float size, float offset)
    {
        bool isTop = Edge == Edge.Top;
        float y = GetPanelRect(rp.DataRect, size, offset, rp.Paint).Top + (isTop ? Margin - Gap : Gap);
        foreach (LabelStyle line in _lines)
        {
            line.Text = Fit(line, rp.ScaledFigureRect.Width - (2 * Margin), rp.Paint);
            line.Alignment = isTop ? Alignment.UpperLeft : Alignment.UpperRight;
            line.Render(rp.Canvas, new Pixel(isTop ? rp.ScaledFigureRect.Left + Margin : rp.ScaledFigureRect.Right - Margin, y), rp.Paint);
            y += line.Measure(rp.Paint).Height + Gap;
        }
    }

    private static string Fit(LabelStyle line, float width, Paint paint)
    {
        string text = line.Text;
        for (int length = text.Length - 1; length > 0 && line.Measure(text, paint).Width > width; length--)
        {
            text = line.Text[..length].TrimEnd() + "…";
        }

        return text;
    }
}
