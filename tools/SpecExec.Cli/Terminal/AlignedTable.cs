using Spectre.Console;

namespace SpecExecNative.Cli.Terminal;

/// <summary>Columns of text under dim titles, without frames and without spaces at the ends of lines: easy to read, easy to cut.</summary>
internal sealed class AlignedTable(params string[] titles)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>Columns that are aligned to the right: numbers.</summary>
    public IReadOnlySet<int> RightAligned { get; init; } = new HashSet<int>();

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(VisibleText.Of)]);

    public void Write(IAnsiConsole console)
    {
        int[] widths = [.. titles.Select((title, column) => _rows.Select(row => row[column].Length).Append(title.Length).Max())];
        console.MarkupLine($"[grey]{Markup.Escape(Line(titles, widths))}[/]");
        foreach (string[] row in _rows)
        {
            console.WriteLine(Line(row, widths));
        }
    }

    private string Line(string[] cells, int[] widths)
        => string.Join(Gap, cells.Select((cell, i) => RightAligned.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd();
}
