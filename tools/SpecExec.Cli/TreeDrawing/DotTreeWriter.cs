using System.Globalization;

namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>A tree in Graphviz's DOT language; <c>dot -Tsvg</c> and its kind lay it out.</summary>
internal static class DotTreeWriter
{
    private const string Green = "#1a7f37";
    private const string Grey = "#8c959f";

    public static void Write(TextWriter output, DrawnTree drawing)
    {
        output.WriteLine("digraph specexec {");
        output.WriteLine("  rankdir=LR;");
        output.WriteLine($"  label={Quote(drawing.Title)};");
        output.WriteLine("  node [shape=box, style=rounded, fontname=\"monospace\", fontsize=11];");
        output.WriteLine("  edge [fontname=\"monospace\", fontsize=9, arrowhead=none];");
        for (int i = 0; i < drawing.Nodes.Count; i++)
        {
            DrawnNode node = drawing.Nodes[i];
            output.WriteLine($"  n{i} [label={Quote(node.Label)}{NodeStyle(node.Kind)}];");
            if (node.Parent >= 0)
            {
                output.WriteLine($"  n{node.Parent} -> n{i} [{EdgeStyle(node)}];");
            }
        }

        output.WriteLine("}");
        output.Flush();
    }

    private static string NodeStyle(NodeKind kind) => kind switch
    {
        NodeKind.Accepted => $", color=\"{Green}\", fontcolor=\"{Green}\", penwidth=2",
        NodeKind.Drawn => $", color=\"{Green}\", fontcolor=\"{Green}\", style=\"rounded,dashed\"",
        NodeKind.Omitted => $", shape=plaintext, fontcolor=\"{Grey}\"",
        _ => "",
    };

    private static string EdgeStyle(DrawnNode node)
    {
        string color = node.Kind is NodeKind.Accepted or NodeKind.Drawn ? Green : Grey;
        return node.EdgeProbability is { } p
            ? string.Create(CultureInfo.InvariantCulture, $"label=\"{p:0.000}\", penwidth={0.5 + (3 * p):0.00}, color=\"{color}\"")
            : $"style=dashed, color=\"{color}\"";
    }

    /// <summary>In a quoted string of DOT only these two mean something; a label holds nothing invisible.</summary>
    private static string Quote(string text)
        => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
