using SpecExecNative.Engine.Offload;

namespace SpecExecNative.Engine.Generation;

/// <summary>A whole generation.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="Prefill">Time to compute the prompt, by target and draft.</param>
/// <param name="Iterations">In order.</param>
public sealed record GenerationStatistics(int PromptTokens, TimeSpan Prefill, IReadOnlyList<IterationStatistics> Iterations)
{
    /// <summary>Bytes of the target's weights that crossed the link in each iteration; 0: all of them are resident.</summary>
    public long StreamedBytesPerIteration { get; init; }

    /// <summary>Of <see cref="Draft"/>, the time in which nothing was copied to the device; null: it was not watched.</summary>
    public TimeSpan? ExposedDraft { get; init; }

    /// <summary>Share of the target's passes in which the device copied layers to itself; null: it was not watched.</summary>
    public double? CopyBusy { get; init; }

    /// <summary>The same of whole iterations, draft and walk included.</summary>
    public double? CopyBusyOverall { get; init; }

    /// <summary>Share of whole iterations in which the device computed the target's layers; null: it was not watched.</summary>
    public double? ComputeBusy { get; init; }

    /// <summary>Where the streamed layers waited.</summary>
    public HostLayers HostLayers { get; init; }

    /// <summary>Bytes per second that the link was measured to carry with nothing else under way; null: nothing streams.</summary>
    public double? LinkBytesPerSecond { get; init; }

    /// <summary>B: the most nodes that a draft step computed; 0: none was to.</summary>
    public int TreeBatch { get; init; }

    /// <summary>The draft's temperature that was learnt in the end; null: it was fixed.</summary>
    public double? LearntDraftTemperature { get; init; }

    /// <summary>Bytes per second that crossed the link from the first iteration to the last, draft and walk included; 0: none.</summary>
    public double StreamedBytesPerSecond => Decode > TimeSpan.Zero ? StreamedBytesPerIteration * (double)Iterations.Count / Decode.TotalSeconds : 0;

    /// <summary>Tokens of text.</summary>
    public int Tokens => Iterations.Sum(i => i.Tokens);

    /// <summary>Drafted tokens that became text.</summary>
    public int Accepted => Iterations.Sum(i => i.Accepted);

    /// <summary>Nodes that the target scored beside the roots.</summary>
    public int TreeNodes => Iterations.Sum(i => i.TreeNodes);

    /// <summary>Time of all iterations: everything but <see cref="Prefill"/>.</summary>
    public TimeSpan Decode => Sum(i => i.Total);

    public TimeSpan Draft => Sum(i => i.Draft);

    public TimeSpan Verify => Sum(i => i.Verify);

    public TimeSpan Walk => Sum(i => i.Walk);

    /// <summary>Tokens of text per pass of the target; 0 where there was none.</summary>
    public double TokensPerIteration => Iterations.Count == 0 ? 0 : (double)Tokens / Iterations.Count;

    /// <summary>Tokens of text per second, prefill apart; 0 where there were none.</summary>
    public double DecodeTokensPerSecond => Rate(Tokens, Decode);

    /// <summary>Tokens of the prompt per second; the last one is computed with the first tree and does not count here.</summary>
    public double PromptTokensPerSecond => Rate(PromptTokens - 1, Prefill);

    private static double Rate(int tokens, TimeSpan time) => tokens > 0 && time > TimeSpan.Zero ? tokens / time.TotalSeconds : 0;

    private TimeSpan Sum(Func<IterationStatistics, TimeSpan> part)
        => Iterations.Aggregate(TimeSpan.Zero, (sum, iteration) => sum + part(iteration));
}
