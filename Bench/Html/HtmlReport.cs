using System.Xml.Linq;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures;
using SpecExecNative.Bench.Reports;
using SpecExecNative.Bench.Reports.Tables;

namespace SpecExecNative.Bench.Html;

/// <summary>
/// A report as one page that needs nothing else: what ran where, pictures, tables. It is well-formed XML, so that nothing in a name can become
/// markup, and it forbids itself to load anything.
/// </summary>
internal static class HtmlReport
{
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    /// <param name="report">Complete or not.</param>
    /// <param name="drawings">Its pictures.</param>
    public static string Write(Report report, IReadOnlyList<Drawing> drawings)
    {
        string title = $"specexec-bench {report.Head.Command}";
        XElement page = new(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy)),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                HtmlText.Element("title", title),
                new XElement("style", HtmlStyle.Sheet)),
            new XElement("body", HtmlText.Element("h1", title), Head(report), Pictures(drawings), Tables(report)));
        return $"<!DOCTYPE html>\n{page}\n";
    }

    private static IEnumerable<XElement> Head(Report report)
    {
        foreach (string note in report.NotesToRead)
        {
            yield return HtmlText.Element("p", note, "note");
        }

        if (report.Head.Settings.Count > 0)
        {
            yield return HtmlText.Element("h2", "Settings");
            yield return Facts(report.Head.Settings);
        }

        for (int i = 0; i < report.Runs.Count; i++)
        {
            ReportRun run = report.Runs[i];
            yield return HtmlText.Element("h2", report.Runs.Count == 1 ? "Environment" : $"Environment of run {i}");
            List<Parameter> facts = [.. run.Environment.Values];
            if (run.Started is { } started)
            {
                facts.Add(new Parameter("started", $"{started.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
            }

            if (!run.Shard.IsWhole)
            {
                facts.Add(new Parameter("shard", $"{run.Shard}"));
            }

            yield return Facts(facts);
        }
    }

    private static XElement Facts(IEnumerable<Parameter> facts)
        => new("dl", facts.Select(fact => new XElement("div", HtmlText.Element("dt", fact.Name), HtmlText.Element("dd", fact.Value))));

    private static IEnumerable<XElement> Pictures(IReadOnlyList<Drawing> drawings)
    {
        if (drawings.Count > 0)
        {
            yield return HtmlText.Element("h2", "Pictures");
        }

        // As data: inline, the clip paths of several pictures would share names.
        foreach (Drawing drawing in drawings)
        {
            yield return new XElement("figure", new XElement(
                "img", new XAttribute("alt", drawing.Description), new XAttribute("src", $"data:image/svg+xml;base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(drawing.Svg))}")));
        }
    }

    private static IEnumerable<XElement> Tables(Report report)
    {
        bool hasBaseline = report.Rows.Any(r => r.Row.Figures.Any(f => f.Baseline is not null));
        foreach (IGrouping<string, (int Run, Row Row)> rows in report.Rows.GroupBy(r => r.Row.Table))
        {
            yield return HtmlText.Element("h2", rows.Key);
            yield return Table(new ReportTable([.. rows], hasBaseline));
        }
    }

    private static XElement Table(ReportTable table)
    {
        XElement Cell(string name, string text, int column) => HtmlText.Element(name, text, column < table.NamingColumns ? null : "number");
        return new XElement("div", new XAttribute("class", "table"), new XElement(
            "table",
            HtmlText.Element("caption", table.Caption),
            new XElement("thead", new XElement("tr", table.Headings.Select((text, i) => Cell("th", text, i)))),
            new XElement("tbody", table.Lines.Select(line => new XElement("tr", line.Select((text, i) => Cell("td", text, i)))))));
    }
}
