namespace SpecExecNative.Bench.Reports.Markdown;

/// <summary>Text that must not end a table's cell.</summary>
internal static class MarkdownText
{
    public static string Cell(string text) => PlainText.Of(text).Replace("|", "\\|", StringComparison.Ordinal);

    public static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}
