using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Documents;

/// <summary>What a document calls a figure: its name, or with <c>÷</c> and a reference's name their ratio.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Reference">The reference; null: the figure itself is wanted.</param>
internal readonly record struct FigureName(string Figure, string? Reference)
{
    private const string Over = " ÷ ";

    public static FigureName Parse(string text)
        => text.Split(Over, 2) is [string figure, string reference] ? new FigureName(figure, reference) : new FigureName(text, null);

    /// <summary>The number in a row; null: it has none.</summary>
    public double? ValueIn(Row row)
    {
        string? reference = Reference;
        return reference is null ? row.Find(Figure)?.Value : row.Find(Figure)?.References.FirstOrDefault(r => r.Name == reference)?.Ratio;
    }
}
