namespace SpecExecNative.Bench.Reports;

/// <summary>Names as reports have them: in one line, without anything that could forge a table, a file or a terminal's output.</summary>
internal static class PlainText
{
    /// <summary>Control characters become spaces.</summary>
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
