namespace SpecExecNative.Bench.Published;

/// <summary>What a system reaches on a card.</summary>
/// <param name="System">Its name.</param>
/// <param name="Source">Key of where it comes from.</param>
/// <param name="Gpu">The card.</param>
/// <param name="Target">The model.</param>
/// <param name="TargetBits">Of its layers.</param>
/// <param name="TokensPerSecond">Speed.</param>
internal sealed record PublishedSpeed(string System, string Source, string Gpu, string Target, int TargetBits, double TokensPerSecond)
{
    /// <summary>The draft; null: not told.</summary>
    public string? Draft { get; init; }

    /// <inheritdoc cref="PublishedRun.LinkBytesPerSecond"/>
    public double? LinkBytesPerSecond { get; init; }
}
