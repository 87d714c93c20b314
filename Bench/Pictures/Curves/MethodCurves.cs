using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Pictures.Style;

namespace SpecExecNative.Bench.Pictures.Curves;

/// <summary>How curves of methods are called, and what they look like: the same in every picture.</summary>
internal static class MethodCurves
{
    public const string Method = "method";
    public const string DraftTemperature = "draft temperature";

    private static readonly string[] Names = ["SpecExec", "SpecInfer", "chain"];

    /// <summary>Is nothing drafted?</summary>
    public static bool IsPlain(Row row) => row[Method] == "none";

    /// <summary>By method; where a picture has several draft temperatures of a method, by these, too.</summary>
    public static Func<Row, string?> NamesIn(RowSet rows)
    {
        HashSet<string?> several = [.. rows.Rows.GroupBy(r => r.Row[Method]).Where(g => g.Select(r => r.Row[DraftTemperature]).Distinct().Count() > 1).Select(g => g.Key)];
        return row => NameOf(row[Method]) is { } name && several.Contains(row[Method]) ? $"{name}, draft t {row[DraftTemperature]}" : NameOf(row[Method]);
    }

    /// <summary>A method keeps its colour and marker; its further curves have others.</summary>
    public static SeriesStyle StyleOf(IReadOnlyList<Curve> curves, int index)
    {
        string name = curves[index].Name;
        int method = Array.FindIndex(Names, n => name.StartsWith(n, StringComparison.Ordinal));
        bool isFirst = curves.Take(index).All(c => method < 0 || !c.Name.StartsWith(Names[method], StringComparison.Ordinal));
        return SeriesStyle.Categorical(method >= 0 && isFirst ? method : Names.Length + index);
    }

    private static string? NameOf(string? method) => Names.FirstOrDefault(n => n.Equals(method, StringComparison.OrdinalIgnoreCase)) ?? method;
}
