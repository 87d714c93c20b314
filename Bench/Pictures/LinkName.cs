using System.Globalization;
using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Pictures;

/// <summary>Links as pictures call them: <c>12.3 GB/s</c>.</summary>
internal static class LinkName
{
    public const string Parameter = "link";

    /// <summary>With its unit, if it is a bare number; null: the row has no link.</summary>
    public static string? Of(Row row) => row[Parameter] is { } link ? Of(link) : null;

    /// <inheritdoc cref="Of(Row)"/>
    public static string Of(string link) => double.TryParse(link, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"{link} GB/s" : link;

    /// <summary>By rate; names without a number come first.</summary>
    public static double Order(string name) => RowSet.Number(new Row("", [new Parameter(Parameter, name)], []), Parameter) ?? 0;
}
