namespace SpecExecNative.Bench.Figures;

/// <summary>Figures that were taken together, at the same parameters.</summary>
/// <param name="Table">The table that the row belongs to, e.g. <c>gemm</c>.</param>
/// <param name="Parameters">In the order to print. With the table they name the row: results belong to <paramref name="Figures"/>.</param>
/// <param name="Figures">At least one.</param>
internal sealed record Row(string Table, IReadOnlyList<Parameter> Parameters, IReadOnlyList<Figure> Figures)
{
    /// <summary>Equal for rows that may be compared: same table, same parameters in whatever order.</summary>
    public string Key
    {
        get
        {
            // The separators occur in no name: readers refuse control characters.
            IEnumerable<string> parameters = Parameters.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}\u001f{p.Value}");
            return string.Join('\u001e', parameters.Prepend(Table));
        }
    }

    /// <summary>For people: <c>gemm, M = 1, N = 4096</c>.</summary>
    public string Title => string.Join(", ", Parameters.Select(p => $"{p.Name} = {p.Value}").Prepend(Table));

    /// <summary>The parameter of this name; null: there is none.</summary>
    public string? this[string parameter] => Parameters.Where(p => p.Name == parameter).Select(p => p.Value).FirstOrDefault();

    /// <summary>The figure of this name; null: there is none.</summary>
    public Figure? Find(string figure) => Figures.FirstOrDefault(f => f.Name == figure);
}
