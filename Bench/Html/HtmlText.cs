using System.Xml.Linq;
using SpecExecNative.Bench.Pictures.Style;

namespace SpecExecNative.Bench.Html;

/// <summary>Elements of nothing but text.</summary>
internal static class HtmlText
{
    /// <summary>Never in XML's short form for empty elements, which HTML takes for a beginning.</summary>
    public static XElement Element(string name, string text, string? @class = null)
    {
        XElement element = new(name, PlotText.Of(text));
        if (@class is not null)
        {
            element.SetAttributeValue("class", @class);
        }

        return element;
    }
}
