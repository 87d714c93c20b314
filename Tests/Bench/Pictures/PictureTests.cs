using System.Xml.Linq;
using NUnit.Framework;
using SkiaSharp;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures;
using SpecExecNative.Bench.Pictures.Style;
using SpecExecNative.Bench.Reports;

namespace SpecExecNative.Tests.Bench.Pictures;

/// <summary>Every picture, drawn from a small report: an image that decodes, and an SVG that has what a reader looks for.</summary>
public sealed class PictureTests
{
    private static readonly string[] Budget = ["budget K, drafted tokens"];

    [Test]
    public void TokensPerPassByMethod() => AssertPicture(
        PictureReports.Acceptance, "tokens-per-pass-0-6-top-p-0-9",
        [.. Budget, "tokens per pass", "SpecExec", "SpecInfer", "chain", "16", "1024", "temperature 0.6, top-p 0.9"]);

    [Test]
    public void SpeedByMethodHasTheSpeedWithoutSpeculation() => AssertPicture(
        PictureReports.Acceptance, "speed-by-method-0-6-top-p-0-9", [.. Budget, "tokens/s", "SpecExec", "SpecInfer", "chain", "no speculation", "best"]);

    [Test]
    public void SpeedByLink() => AssertPicture(
        PictureReports.Sweep([12.3, 25], [16, 64, 256]), "speed-by-link-rtx-4090-llama-2-70b-4-bits-llama-2-7b-4-bits",
        [.. Budget, "tokens/s", "12.3 GB/s", "25 GB/s", "best", "GPU RTX 4090 · target llama-2-70b, 4 bits · draft llama-2-7b, 4 bits"], "simulated: ");

    [Test]
    public void LinksThatAreFarApartHaveALogarithmicAxis() => AssertPicture(
        PictureReports.Sweep([1, 2, 4, 8, 12.3, 16, 25, 32, 64], [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]), "speed-by-link-rtx-4090-llama-2-70b-4-bits-llama-2-7b-4-bits",
        [.. Budget, "tokens/s (log scale)", "1 GB/s", "64 GB/s", "8", "4096", "0.5", "10"], "simulated: ");

    [Test]
    public void BudgetMapHasTheSpeedOfEachCell() => AssertPicture(
        PictureReports.Sweep([12.3, 25], [64, 256]), "budget-map-rtx-4090-llama-2-70b-4-bits-llama-2-7b-4-bits",
        [.. Budget, "link", "12.3 GB/s", "25 GB/s", "64", "256", "1.80", "3.57", "best of the link"], "simulated: ");

    [Test]
    public void IterationOfASweep() => AssertPicture(
        PictureReports.Sweep([12.3, 25], [64, 256]), "iteration-rtx-4090-llama-2-70b-4-bits-llama-2-7b-4-bits-12-3",
        [.. Budget, "time, s", "iteration: pass and walk", "iteration: draft", "meanwhile: link streams", "meanwhile: target computes"], "simulated: ");

    [Test]
    public void IterationThatWasMeasured() => AssertPicture(
        PictureReports.Acceptance, "iteration-0-6-top-p-0-9-1-specexec", [.. Budget, "time, s", "draft", "verify", "walk", "128"]);

    [Test]
    public void IterationOfAStream() => AssertPicture(
        PictureReports.Of("stream", [.. new[] { 8, 64 }.Select(budget => new Row(
            "iteration", [new("K", $"{budget}")], [new Figure("pass of the target", 0.4, "s"), new Figure("iteration", 0.5, "s"), new Figure("draft", 0.08, "s"), new Figure("walk", 0.01, "s")]))]),
        "iteration", [.. Budget, "time, ms", "draft", "pass of the target", "walk", "64"]);

    [Test]
    public void TheSourceNamesHowManyDevicesThereWere()
    {
        Report report = PictureReports.Coverage;
        Row row = report.Cases[0].Rows[0] with { Parameters = [new("pair", "another"), new("temperature", "1"), new("k", "1")] };
        Report merged = report with
        {
            Head = report.Head with { Plan = ["all", "more"] },
            Runs = [.. report.Runs, Tests.Bench.Reports.SampleReports.Run(SpecExecNative.Bench.Running.Shard.Whole, "another device")],
            Cases = [.. report.Cases, new ReportCase("more", 1, 1, [row])],
        };
        Assert.That(Draw(merged).Single().Description, Does.EndWith($"measured: {PictureReports.Device} and 1 more · specexec-bench coverage · 2026-11-27"));
    }

    [Test]
    public void CoverageByPair() => AssertPicture(
        PictureReports.Coverage, "coverage-1", ["k, most likely tokens of the draft", "covered, %", "7B → 70B", "160M → 70B", "100"]);

    [Test]
    public void KernelsBelowTheCeilingsOfTheirRun() => AssertPicture(
        PictureReports.Kernels, "roofline-70b-f16",
        ["arithmetic intensity, flop/byte", "speed, TFLOP/s", "memory copy, 1000 GB/s", "cuBLAS peak, 100 TFLOP/s", "linear, f16, target", "linear, f16, draft", "attention, target"]);

    [Test]
    public void OfManyLinksThreeIterationsAreDrawn()
    {
        string[] names = [.. Draw(PictureReports.Sweep([3, 6, 12, 25, 50], [64])).Select(d => d.Name).Where(n => n.StartsWith("iteration", StringComparison.Ordinal))];
        Assert.That(names.Select(n => n.Split('-')[^1]), Is.EqualTo(new[] { "3", "12", "50" }));
    }

    [Test]
    public void ASingleRowIsEnoughAndAMapOfOneLinkIsNone()
    {
        Drawing[] drawings = [.. Draw(PictureReports.Sweep([25], [64]))];
        Assert.That(drawings.Select(d => d.Name.Split("-rtx")[0]), Is.EqualTo(new[] { "speed-by-link", "iteration" }));
        Assert.That(drawings.Select(d => d.Png), Is.All.Length.GreaterThan(1000));
    }

    [Test]
    public void RowsWithoutTheNumbersAreLeftOut()
    {
        Report report = PictureReports.Of(
            "sweep",
            [
                PictureReports.SweepRow("25", "auto", 1, 1), PictureReports.SweepRow("25", "-8", 1, 1),
                new Row("coverage", [new("pair", "a"), new("k", "0")], [new Figure("covered", 0.5, "")]),
                new Row("acceptance", [new("method", "specexec")], [new Figure("tokens per pass", 3, "tokens/pass")]),
                new Row("linear", [new("M", "1")], [new Figure("speed", 3, "TFLOP/s")]),
            ]);
        Assert.That(Draw(report), Is.Empty);
    }

    [Test]
    public void AReportWithoutSuchTablesSaysSo()
    {
        List<string> notes = [];
        Assert.That(PictureGallery.Draw(Tests.Bench.Reports.SampleReports.Full, notes.Add), Is.Empty);
        Assert.That(notes, Is.EqualTo(new[] { "no picture is drawn: cpu has no table that one is drawn from" }));
    }

    [Test]
    public void HostileNamesStayTextAndDrawingsKeepTheirOwnFiles()
    {
        const string Hostile = "<script>alert(1)</script> & \"q\" ../../x \u0007 \ud800 \ufffe 模型 😀";
        Report report = PictureReports.Of(
            Hostile,
            [
                PictureReports.SweepRow(Hostile, "64", 1, 1), PictureReports.SweepRow("../" + Hostile, "64", 1, 1),
                .. from temperature in new[] { "模", "型" } from pair in new[] { Hostile, "b" } select new Row("coverage", [new("pair", pair), new("temperature", temperature), new("k", "1")], [new Figure("covered", 0.5, "")]),
            ]);
        Drawing[] drawings = [.. Draw(report)];
        Assert.Multiple(() =>
        {
            Assert.That(drawings.Select(d => d.Name), Is.Unique.And.All.Match("^[a-z0-9-]+$"));
            Assert.That(drawings.Select(d => d.Name), Does.Contain("coverage").And.Contain("coverage-2"));
            Assert.That(drawings.SelectMany(d => XDocument.Parse(d.Svg).Descendants()).Select(e => e.Name.LocalName), Does.Not.Contain("script"));
        });
    }

    private static IReadOnlyList<Drawing> Draw(Report report) => PictureGallery.Draw(report, _ => { });

    private static void AssertPicture(Report report, string name, string[] texts, string source = "measured: ")
    {
        Drawing[] drawings = [.. Draw(report)];
        Drawing drawing = drawings.SingleOrDefault(d => d.Name == name) ?? throw new AssertionException($"{name} is not among {string.Join(", ", drawings.Select(d => d.Name))}");
        source += $"{PictureReports.Device} · specexec-bench {report.Head.Command} · 2026-11-27";
        XElement svg = XDocument.Parse(drawing.Svg).Root!;
        using SKBitmap png = SKBitmap.Decode(drawing.Png);
        Assert.Multiple(() =>
        {
            Assert.That(drawing.Png[..4], Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }));
            Assert.That((png.Width, png.Pixels.Distinct().Count() > 20), Is.EqualTo((2 * Sheet.Width, true)));
            Assert.That(svg.Attribute("viewBox")!.Value, Is.EqualTo($"0 0 {Sheet.Width} {png.Height / 2}"));
            Assert.That(drawing.Description, Does.StartWith(drawing.Title).And.EndsWith(source));
        });
        if (!PlotFont.HasGlyphs)
        {
            Assert.Ignore("This machine has no font: the picture has no text to look at.");
        }

        Assert.That(svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value), Is.SupersetOf((string[])[drawing.Title, source, .. texts]));
    }
}
