namespace SpecExecNative.Bench.Published;

/// <summary>A row of the paper's tables 1 to 3: a target that was offloaded.</summary>
/// <param name="Table">Its number.</param>
/// <param name="Source">Key of where it comes from.</param>
/// <param name="Gpu">The card.</param>
/// <param name="Target">The model.</param>
/// <param name="TargetBits">Of its layers.</param>
/// <param name="Draft">The draft.</param>
/// <param name="DraftBits">Of its layers.</param>
/// <param name="Dataset">Whose prompts.</param>
/// <param name="Temperature">Of the target.</param>
/// <param name="Method">specexec or specinfer.</param>
/// <param name="Budget">K.</param>
/// <param name="TokensPerIteration">The text's tokens over the target's passes.</param>
/// <param name="TokensPerSecond">Speed.</param>
/// <param name="Speedup">Over decoding without a draft.</param>
internal sealed record PublishedRun(
    string Table,
    string Source,
    string Gpu,
    string Target,
    int TargetBits,
    string Draft,
    int DraftBits,
    string Dataset,
    double Temperature,
    string Method,
    int Budget,
    double TokensPerIteration,
    double TokensPerSecond,
    double Speedup)
{
    /// <summary>Of the slot that the card sat in; null: what it was made for.</summary>
    public double? LinkBytesPerSecond { get; init; }

    /// <summary>The same in words.</summary>
    public string? Link { get; init; }

    /// <summary>What is odd about it.</summary>
    public string? Remark { get; init; }

    /// <summary>Seconds from one pass to the next.</summary>
    public double IterationSeconds => TokensPerIteration / TokensPerSecond;

    /// <summary>Names it among the others.</summary>
    public string Title => $"table {Table}, {Gpu}, {Target} in {TargetBits} bits, {Dataset}, t = {Temperature.ToString(System.Globalization.CultureInfo.InvariantCulture)}, {Method}";
}
