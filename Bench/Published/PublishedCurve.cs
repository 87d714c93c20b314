namespace SpecExecNative.Bench.Published;

/// <summary>A line of one of the paper's figures.</summary>
/// <param name="Figure">Its number.</param>
/// <param name="Source">Key of where it comes from.</param>
/// <param name="Quantity">What is drawn: tokens per pass, tokens per second, or coverage (a share).</param>
/// <param name="Dataset">Whose prompts.</param>
/// <param name="Temperature">Of the target.</param>
/// <param name="Target">The model.</param>
/// <param name="Draft">The draft.</param>
/// <param name="Points">Budget, or number of the draft's tokens, and value.</param>
internal sealed record PublishedCurve(
    string Figure, string Source, string Quantity, string Dataset, double Temperature, string Target, string Draft, IReadOnlyList<double[]> Points)
{
    /// <summary>specexec or specinfer; null: no method takes part.</summary>
    public string? Method { get; init; }

    /// <summary>The card, where it is about speed.</summary>
    public string? Gpu { get; init; }

    /// <summary>Of the target's layers, where it is about speed.</summary>
    public int? TargetBits { get; init; }
}
