using System.Xml.Linq;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>What Skia's SVG lacks to be looked at elsewhere.</summary>
internal static class SvgDocument
{
    /// <summary>Adds a view box (it may be shown smaller), fonts that other machines have, and a title and description for those who do not see it.</summary>
    public static string Finish(string svg, string title, string description)
    {
        XElement root = XDocument.Parse(svg).Root!;
        XNamespace name = root.Name.Namespace;
        root.SetAttributeValue("viewBox", $"0 0 {root.Attribute("width")!.Value} {root.Attribute("height")!.Value}");
        root.SetAttributeValue("role", "img");
        foreach (XElement text in root.Descendants(name + "text"))
        {
            text.SetAttributeValue("font-family", PlotFont.CssFamilies);
            text.Value = text.Value.Trim();
        }

        root.AddFirst(new XElement(name + "title", title), new XElement(name + "desc", description));
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{root}\n";
    }
}
