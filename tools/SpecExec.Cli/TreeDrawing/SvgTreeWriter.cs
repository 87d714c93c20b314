using System.Globalization;
using System.Xml;

namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>A tree as a picture that any browser shows. Thicker lines are more probable guesses; green is what became text.</summary>
internal sealed class SvgTreeWriter
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const string Font = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";
    private const string Legend = "green: accepted; dashed: drawn by the target; numbers: the draft's probability of the guess";
    private const string Green = "#1a7f37";
    private const string PaleGreen = "#dafbe1";
    private const string Grey = "#8c959f";
    private const string Ink = "#1f2328";

    private readonly XmlWriter _xml;
    private readonly DrawnTree _drawing;
    private readonly SvgLayout _layout;

    private SvgTreeWriter(XmlWriter xml, DrawnTree drawing)
    {
        _xml = xml;
        _drawing = drawing;
        _layout = new SvgLayout(drawing.Nodes, Caption);
    }

    public static void Write(TextWriter output, DrawnTree drawing)
    {
        using (var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, CloseOutput = false }))
        {
            new SvgTreeWriter(xml, drawing).Write();
        }

        output.WriteLine();
        output.Flush();
    }

    private void Write()
    {
        _xml.WriteStartElement("svg", Namespace);
        Attributes(("width", Number(_layout.Width)), ("height", Number(_layout.Height)));
        Attributes(("viewBox", $"0 0 {Number(_layout.Width)} {Number(_layout.Height)}"), ("font-family", Font), ("font-size", "12"));
        Element("rect", ("width", "100%"), ("height", "100%"), ("fill", "white"));
        Text(SvgLayout.Margin, SvgLayout.TitleBaseline, _drawing.Title, Ink, ("font-weight", "bold"));
        Text(SvgLayout.Margin, SvgLayout.LegendBaseline, Legend, Grey, ("font-size", "10"));
        for (int i = 1; i < _drawing.Nodes.Count; i++)
        {
            WriteEdge(i);
        }

        for (int i = 0; i < _drawing.Nodes.Count; i++)
        {
            WriteNode(i);
        }

        _xml.WriteEndElement();
    }

    private void WriteEdge(int index)
    {
        DrawnNode node = _drawing.Nodes[index];
        double x1 = _layout.Right(node.Parent);
        double y1 = _layout.Middle(node.Parent);
        double x2 = _layout.Left(index);
        double y2 = _layout.Middle(index);
        double bend = (x2 - x1) / 2;
        _xml.WriteStartElement("path", Namespace);
        Attributes(
            ("d", $"M {Number(x1)} {Number(y1)} C {Number(x1 + bend)} {Number(y1)} {Number(x2 - bend)} {Number(y2)} {Number(x2)} {Number(y2)}"),
            ("fill", "none"),
            ("stroke", IsText(node) ? Green : Grey),
            ("stroke-width", Number(0.75 + (3 * (node.EdgeProbability ?? 0)))));
        if (node.EdgeProbability is null)
        {
            Attributes(("stroke-dasharray", "4 3"));
        }

        _xml.WriteEndElement();
    }

    private void WriteNode(int index)
    {
        DrawnNode node = _drawing.Nodes[index];
        double left = _layout.Left(index);
        double middle = _layout.Middle(index);
        _xml.WriteStartElement("g", Namespace);
        if (node.PathProbability is { } path)
        {
            _xml.WriteElementString("title", Namespace, $"{node.Label}: probability of the path {path.ToString("0.000000", CultureInfo.InvariantCulture)}");
        }

        if (node.Kind != NodeKind.Omitted)
        {
            _xml.WriteStartElement("rect", Namespace);
            Attributes(
                ("x", Number(left)),
                ("y", Number(middle - (SvgLayout.BoxHeight / 2))),
                ("width", Number(_layout.BoxWidth(index))),
                ("height", Number(SvgLayout.BoxHeight)),
                ("rx", "5"),
                ("fill", node.Kind == NodeKind.Accepted ? PaleGreen : "white"),
                ("stroke", IsText(node) ? Green : Grey));
            if (node.Kind == NodeKind.Drawn)
            {
                Attributes(("stroke-dasharray", "4 3"));
            }

            _xml.WriteEndElement();
        }

        string color = node.Kind switch { NodeKind.Omitted => Grey, NodeKind.Root or NodeKind.Rejected => Ink, _ => Green };
        Text(left + SvgLayout.BoxPadding, middle + SvgLayout.BaselineDrop, Caption(node), color);
        _xml.WriteEndElement();
    }

    private static bool IsText(DrawnNode node) => node.Kind is NodeKind.Accepted or NodeKind.Drawn;

    private static string Caption(DrawnNode node) => node.EdgeProbability is { } p
        ? $"{node.Label} {p.ToString(".00", CultureInfo.InvariantCulture)}"
        : node.Label;

    private void Text(double x, double y, string text, string color, params (string Name, string Value)[] more)
    {
        _xml.WriteStartElement("text", Namespace);
        Attributes(("x", Number(x)), ("y", Number(y)), ("fill", color));
        Attributes(more);
        _xml.WriteAttributeString("xml", "space", null, "preserve");
        _xml.WriteString(text);
        _xml.WriteEndElement();
    }

    private void Element(string name, params (string Name, string Value)[] attributes)
    {
        _xml.WriteStartElement(name, Namespace);
        Attributes(attributes);
        _xml.WriteEndElement();
    }

    private void Attributes(params (string Name, string Value)[] attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            _xml.WriteAttributeString(name, value);
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
