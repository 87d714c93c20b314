using SpecExecNative.Bench.Pictures.Curves;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Running;

namespace SpecExecNative.Bench.Pictures;

/// <summary>All pictures that a report can have.</summary>
internal static class PictureGallery
{
    private static readonly IPicture[] All =
        [new AcceptanceCurves(), new SpeedCurves(), new BudgetMap(), new IterationSplit(), new CoverageCurves(), new Roofline()];

    /// <summary>Draws whatever the report's tables give.</summary>
    /// <param name="report">Complete or not.</param>
    /// <param name="note">Is told what is not as one would expect it.</param>
    /// <returns>With distinct names.</returns>
    public static IReadOnlyList<Drawing> Draw(Report report, Action<string> note)
    {
        Dictionary<string, int> uses = [];
        List<Drawing> drawings = [];
        foreach (Drawing drawing in All.SelectMany(picture => picture.Draw(report)))
        {
            int use = uses[drawing.Name] = uses.GetValueOrDefault(drawing.Name) + 1;
            drawings.Add(use == 1 ? drawing : drawing with { Name = $"{drawing.Name}-{use}" });
        }

        if (drawings.Count == 0)
        {
            note($"no picture is drawn: {report.Head.Command} has no table that one is drawn from");
        }
        else if (!PlotFont.HasGlyphs)
        {
            note("this machine has no font: the pictures have no text");
        }

        return drawings;
    }

    /// <summary>Each as PNG and as SVG.</summary>
    public static void Write(IReadOnlyList<Drawing> drawings, string folder)
    {
        foreach (Drawing drawing in drawings)
        {
            WholeFile.Write(Path.Combine(folder, drawing.Name + ".png"), drawing.Png);
            WholeFile.Write(Path.Combine(folder, drawing.Name + ".svg"), drawing.Svg);
        }
    }
}
