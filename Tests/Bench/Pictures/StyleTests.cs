using NUnit.Framework;
using ScottPlot;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Tests.Bench.Pictures;

public sealed class StyleTests
{
    [Test]
    public void BudgetsHaveTicksAtPowersOfTwo() => Assert.That(
        LabelsOf(LogAxis.Two, 8, 4096), Is.EqualTo(new[] { "8", "16", "32", "64", "128", "256", "512", "1024", "2048", "4096" }));

    [Test]
    public void OneBudgetHasATick() => Assert.That(LabelsOf(LogAxis.Two, 64, 64), Is.EqualTo(new[] { "64" }));

    [Test]
    public void SmallValuesHaveTicks() => Assert.That(LabelsOf(LogAxis.Ten, 0.001, 0.02), Is.EqualTo(new[] { "0.001", "0.002", "0.005", "0.01", "0.02" }));

    [TestCase("Helvetica|DejaVu Sans|DejaVu Serif", "Helvetica")]
    [TestCase("DejaVu Math TeX Gyre|DejaVu Serif|DejaVu Sans|DejaVu Sans Mono", "DejaVu Sans")]
    [TestCase("Noto Serif|Noto Sans Mono|Fira Sans", "Fira Sans")]
    [TestCase("Some Serif", "Some Serif")]
    [TestCase("", "")]
    public void TheFontIsASansSerifOne(string installed, string chosen)
        => Assert.That(PlotFont.Choose(installed.Split('|', StringSplitOptions.RemoveEmptyEntries)), Is.EqualTo(chosen));

    [Test]
    public void NineSeriesDifferInMarkerAndColourAlike()
    {
        SeriesStyle[] ordinal = [.. Enumerable.Range(0, 9).Select(i => SeriesStyle.Ordinal(i, 9))];
        Assert.That(ordinal.Select(s => s.Marker), Is.Unique);
        Assert.That(ordinal.Select(s => s.Color), Is.Unique);
        Assert.That(Enumerable.Range(0, 63).Select(SeriesStyle.Categorical), Is.Unique, "seven colours, nine markers");
    }

    [TestCase(0.876, "0.88")]
    [TestCase(9.996, "10.0")]
    [TestCase(99.96, "100")]
    [TestCase(1234.4, "1234")]
    public void CellsHaveThreeDigits(double value, string text) => Assert.That(PlotText.Short(value), Is.EqualTo(text));

    [Test]
    public void LongNamesEndInAnEllipsis() => Assert.That(PlotText.Name(new string('x', 50)), Is.EqualTo(new string('x', 31) + "…"));

    [Test]
    public void AProductsBytesAreWeightsInputsAndOutputs()
    {
        // 2 · 1024² operations; 2 bytes a weight, 2 an input, 4 an output.
        KernelPoint point = PointOf("linear", 0);
        Assert.That(point.FlopsPerByte, Is.EqualTo(2.0 * 1024 * 1024 / ((2 * 1024 * 1024) + (2 * 1024) + (4 * 1024))).Within(1e-12));
        Assert.That(point.TeraflopsPerSecond, Is.EqualTo(0.9));
    }

    [Test]
    public void AttentionsBytesAreKeysAndValues()
    {
        // A row of 64 query heads over 8 key heads: each of 2 + 2 bytes is used for 8 · 4 operations.
        KernelPoint row = PointOf("attention, one row", 0);
        Assert.That((row.FlopsPerByte, row.TeraflopsPerSecond), Is.EqualTo((8.0, 4.0)));

        // 64 nodes of a binary tree: 1 · 1 + 2 · 2 + 4 · 3 + 8 · 4 + 16 · 5 + 32 · 6 + 1 · 7 keys of their own.
        double keys = (128 * 64) + 328;
        Assert.That(PointOf("attention, tree", 0).FlopsPerByte, Is.EqualTo(8 * keys / (128 + 64)).Within(1e-9));
    }

    private static KernelPoint PointOf(string table, int index)
    {
        Report report = PictureReports.Kernels;
        Row row = report.Rows.Select(r => r.Row).Where(r => r.Table == table).ElementAt(index);
        return new KernelWork(report.Head).PointOf(row) ?? throw new AssertionException("it has no point");
    }

    private static IEnumerable<string> LabelsOf(LogAxis axis, double least, double most)
    {
        using var plot = new Plot();
        axis.Label(plot.Axes.Bottom, least, most);
        plot.RenderInMemory();
        return plot.Axes.Bottom.TickGenerator.Ticks.Select(t => t.Label);
    }
}
