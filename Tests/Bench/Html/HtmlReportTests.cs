using System.Text;
using System.Xml.Linq;
using NUnit.Framework;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Html;
using SpecExecNative.Bench.Pictures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Reports.Tables;
using SpecExecNative.Tests.Bench.Pictures;
using SpecExecNative.Tests.Bench.Reports;

namespace SpecExecNative.Tests.Bench.Html;

public sealed class HtmlReportTests
{
    private const string Hostile = "</td></table><script>alert('x')</script> & \"q\" ]]> <!-- 模型 😀";

    private static Report HostileReport { get; } = new(
        new ReportHead(Hostile, [new(Hostile, Hostile)], [Hostile, "another"]),
        [SampleReports.Run(SpecExecNative.Bench.Running.Shard.Whole, Hostile)],
        [new ReportCase(Hostile, 0, 1, [new Row(Hostile, [new(Hostile, Hostile)], [new Figure(Hostile, 1, Hostile) { P95 = 2, Samples = 3 }.Against(Hostile, 2)])])],
        [Hostile + "\ud800\uffff"]);

    [Test]
    public void EveryTableIsReadBackWithEveryRow()
    {
        foreach (Report report in new[] { SampleReports.Full, HostileReport, PictureReports.Sweep([12.3, 25, 50], [16, 64, 256]), PictureReports.Kernels })
        {
            XElement page = Parse(report);
            XElement[] tables = [.. page.Descendants("table")];
            bool hasBaseline = report.Rows.Any(r => r.Row.Figures.Any(f => f.Baseline is not null));
            ReportTable[] expected = [.. report.Rows.GroupBy(r => r.Row.Table).Select(rows => new ReportTable([.. rows], hasBaseline))];
            Assert.That(tables, Has.Length.EqualTo(expected.Length));
            for (int i = 0; i < tables.Length; i++)
            {
                Assert.That(Texts(tables[i].Element("thead")!, "th"), Is.EqualTo(expected[i].Headings));
                Assert.That(tables[i].Element("tbody")!.Elements("tr").Select(row => Texts(row, "td")), Is.EqualTo(expected[i].Lines));
                Assert.That(tables[i].Element("caption")!.Value, Is.EqualTo(expected[i].Caption));
            }
        }
    }

    [Test]
    public void CommandSettingsAndEnvironmentComeFirst()
    {
        XElement body = Parse(SampleReports.Full).Element("body")!;
        Assert.That(body.Elements().TakeWhile(e => e.Descendants("table").FirstOrDefault() is null).SelectMany(e => e.DescendantsAndSelf()).Where(e => !e.HasElements).Select(e => e.Value),
            Is.SupersetOf(new[]
            {
                "specexec-bench cpu", "Incomplete: 2 of 3 cases.", "A note, with a comma.", "model", "target (0123abcd)", "Environment of run 1", "device", "CPU (AVX-512, 2 threads)",
                "commit", "started", "2026-11-27 12:30 UTC", "shard", "2/2",
            }));
    }

    [Test]
    public void NamesNeverBecomeMarkup()
    {
        XElement page = Parse(HostileReport);
        Assert.Multiple(() =>
        {
            Assert.That(page.Descendants().Select(e => e.Name.LocalName), Does.Not.Contain("script"));
            Assert.That(page.Descendants("h2").Select(e => e.Value), Does.Contain(Hostile));
            Assert.That(page.Descendants("p").Select(e => e.Value), Does.Contain(Hostile + "\ufffd\ufffd"));
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public void NothingIsFetched(bool isHostile)
    {
        Report report = isHostile ? HostileReport : PictureReports.Sweep([12.3, 25, 50], [16, 64, 256]);
        XElement page = Parse(report);
        string[] sources = [.. page.Descendants("img").Select(e => e.Attribute("src")!.Value)];
        const string Data = "data:image/svg+xml;base64,";
        XElement[] pictures = [.. sources.Select(s => XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(s[Data.Length..]))).Root!)];
        Assert.Multiple(() =>
        {
            Assert.That(sources, isHostile ? Is.Empty : Has.Length.EqualTo(5).And.All.StartsWith(Data));
            Assert.That(page.DescendantsAndSelf().Attributes().Select(a => a.Name.LocalName).Distinct(), Is.SubsetOf(new[] { "lang", "charset", "http-equiv", "content", "name", "class", "alt", "src" }));
            Assert.That(page.Descendants().Select(e => e.Name.LocalName), Has.None.AnyOf("link", "script", "iframe", "object", "base"));
            Assert.That(page.Descendants("style").Single().Value, Does.Not.Contain("url(").And.Not.Contain("@import"));
            Assert.That(pictures.Descendants().Attributes().Where(a => !a.IsNamespaceDeclaration).Select(a => a.Value), Has.None.Contains("//").And.None.StartsWith("data:"));
        });
    }

    [Test]
    public void EmptyElementsHaveAnEnd()
    {
        Row[] rows = [new("t", [], [new Figure("a", 1, "")]), new("t", [], [new Figure("b", 1, "")])];
        string html = HtmlReport.Write(PictureReports.Of("", rows), []);
        Assert.That(html, Does.Contain("<td class=\"number\"></td>").And.Not.Match("<(?!meta|img)[a-z0-9]+( [^>]*)?/>"));
    }

    private static XElement Parse(Report report)
    {
        string html = HtmlReport.Write(report, PictureGallery.Draw(report, _ => { }));
        const string Doctype = "<!DOCTYPE html>\n";
        Assert.That(html, Does.StartWith(Doctype));
        return XDocument.Parse(html[Doctype.Length..]).Root!;
    }

    private static string[] Texts(XElement parent, string name) => [.. parent.Descendants(name).Select(e => e.Value)];
}
