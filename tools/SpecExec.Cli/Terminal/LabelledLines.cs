using Spectre.Console;

namespace SpecExecNative.Cli.Terminal;

/// <summary>Facts, one a line, behind dim labels of equal width.</summary>
internal static class LabelledLines
{
    private const int LabelWidth = 13;

    public static void Write(IAnsiConsole console, string label, string words)
        => console.MarkupLine($"[grey]{Markup.Escape(label.PadRight(LabelWidth))}[/]{Markup.Escape(VisibleText.Of(words))}");
}
