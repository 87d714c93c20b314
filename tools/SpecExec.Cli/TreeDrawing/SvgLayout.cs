using System.Text;

namespace SpecExecNative.Cli.TreeDrawing;

/// <summary>
/// Places a tree from left to right: a column per depth as wide as its widest node, a row per leaf, and every parent
/// halfway between its first and its last child, so boxes never overlap.
/// </summary>
internal sealed class SvgLayout
{
    public const double BoxHeight = 22;
    public const double BoxPadding = 8;
    public const double Margin = 16;

    /// <summary>From the top of the picture to the lines of text above the tree.</summary>
    public const double TitleBaseline = 20;
    public const double LegendBaseline = 36;

    /// <summary>From the middle of a box down to the line on which its text stands.</summary>
    public const double BaselineDrop = 4;

    private const double CharacterWidth = 7.25;
    private const double ColumnGap = 44;
    private const double RowHeight = 28;
    private const double TitleHeight = 48;
    private const double MinWidth = 560;

    private readonly double[] _columnStart;
    private readonly double[] _row;
    private readonly double[] _boxWidth;
    private readonly IReadOnlyList<DrawnNode> _nodes;

    /// <param name="nodes">In pre-order.</param>
    /// <param name="caption">What is written in a node's box.</param>
    public SvgLayout(IReadOnlyList<DrawnNode> nodes, Func<DrawnNode, string> caption)
    {
        _nodes = nodes;
        _boxWidth = [.. nodes.Select(node => (2 * BoxPadding) + (CharacterWidth * Cells(caption(node))))];
        double[] columnWidth = new double[nodes.Max(node => node.Depth) + 1];
        for (int i = 0; i < nodes.Count; i++)
        {
            columnWidth[nodes[i].Depth] = Math.Max(columnWidth[nodes[i].Depth], _boxWidth[i]);
        }

        _columnStart = new double[columnWidth.Length];
        double x = Margin;
        for (int depth = 0; depth < columnWidth.Length; depth++)
        {
            _columnStart[depth] = x;
            x += columnWidth[depth] + ColumnGap;
        }

        Width = Math.Max(MinWidth, x - ColumnGap + Margin);
        _row = PlaceRows(nodes, out int leaves);
        Height = TitleHeight + (leaves * RowHeight) + Margin;
    }

    public double Width { get; }

    public double Height { get; }

    public double Left(int node) => _columnStart[_nodes[node].Depth];

    public double Right(int node) => Left(node) + _boxWidth[node];

    /// <summary>The vertical middle of a node's box.</summary>
    public double Middle(int node) => TitleHeight + (_row[node] * RowHeight) + (RowHeight / 2);

    public double BoxWidth(int node) => _boxWidth[node];

    private static double[] PlaceRows(IReadOnlyList<DrawnNode> nodes, out int leaves)
    {
        var first = new double[nodes.Count];
        var last = new double[nodes.Count];
        Array.Fill(first, double.NaN);
        var row = new double[nodes.Count];

        // Leaves from the top: in pre-order, a node is a leaf if the next one is not deeper.
        leaves = 0;
        for (int i = 0; i < nodes.Count; i++)
        {
            if (i + 1 == nodes.Count || nodes[i + 1].Depth <= nodes[i].Depth)
            {
                row[i] = leaves++;
            }
        }

        // Parents from the bottom, after all their children.
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (!double.IsNaN(first[i]))
            {
                row[i] = (first[i] + last[i]) / 2;
            }

            if (nodes[i].Parent is >= 0 and int parent)
            {
                last[parent] = double.IsNaN(first[parent]) ? row[i] : last[parent];
                first[parent] = row[i];
            }
        }

        return row;
    }

    /// <summary>Width in columns of a monospaced font, in which East Asian characters and emoji take two.</summary>
    private static int Cells(string text)
    {
        int cells = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            cells += rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
                or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1;
        }

        return cells;
    }
}
