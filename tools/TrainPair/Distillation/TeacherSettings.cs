namespace SpecExecNative.TrainPair.Distillation;

/// <summary>What the target teaches the draft on.</summary>
internal sealed record TeacherSettings
{
    /// <summary>Probabilities kept per position, the largest ones.</summary>
    public int TopCount { get; init; } = 32;

    /// <summary>At most so many windows of the corpus.</summary>
    public int MaxCorpusWindows { get; init; } = int.MaxValue;

    /// <summary>Windows that the target itself writes.</summary>
    public int SampledWindows { get; init; } = 640;

    /// <summary>Of those, how many are written at once. The generator's draws go round the batch, so this is part of the recipe.</summary>
    public int SampledAtOnce { get; init; } = 128;

    /// <summary>Tokens of the corpus (with the leading <c>&lt;s&gt;</c>) that each of them begins with.</summary>
    public int PromptTokens { get; init; } = 32;

    public double Temperature { get; init; } = 0.8;

    public double TopP { get; init; } = 0.95;

    public ulong Seed { get; init; } = 9;
}
