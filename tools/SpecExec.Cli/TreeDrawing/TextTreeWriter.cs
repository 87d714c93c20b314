using System.Text;

namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>A tree in box-drawing characters, one node a line, the probabilities in columns before it.</summary>
internal sealed class TextTreeWriter(TextWriter output, bool color)
{
    private const string Bold = "\u001b[1;32m";
    private const string Dim = "\u001b[2m";
    private const string Plain = "\u001b[0m";
    private const int NumberWidth = 6;

    public void Write(DrawnTree drawing)
    {
        output.WriteLine(drawing.Title);
        output.WriteLine("● accepted   ◆ drawn by the target   ○ not taken");
        output.WriteLine($"{"edge",NumberWidth}  {"path",NumberWidth}");
        var guides = new StringBuilder();
        foreach (DrawnNode node in drawing.Nodes)
        {
            // Two columns for every level above the node's own: a line where siblings are still to come.
            guides.Length = Math.Max(0, 2 * (node.Depth - 1));
            string branch = node.Depth == 0 ? "" : node.IsLastChild ? "└─" : "├─";
            output.WriteLine($"{Number(node.EdgeProbability)}  {Number(node.PathProbability)}  {Paint(Dim, $"{guides}{branch}")}{Body(node)}");
            if (node.Depth > 0)
            {
                guides.Append(node.IsLastChild ? "  " : "│ ");
            }
        }

        output.Flush();
    }

    private static string Number(double? probability) => probability is { } p ? $"{p:0.0000}" : new string(' ', NumberWidth);

    private string Body(DrawnNode node) => node.Kind switch
    {
        NodeKind.Root => node.Label,
        NodeKind.Accepted => Paint(Bold, $"● {node.Label}"),
        NodeKind.Drawn => Paint(Bold, $"◆ {node.Label}"),
        NodeKind.Omitted => Paint(Dim, node.Label),
        _ => $"○ {node.Label}",
    };

    private string Paint(string style, string text) => color && text.Length > 0 ? style + text + Plain : text;
}
