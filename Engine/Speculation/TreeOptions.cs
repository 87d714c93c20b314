namespace SpecExecNative.Engine.Speculation;

/// <summary>How large a draft tree may become and how it is grown.</summary>
public sealed record TreeOptions
{
    /// <summary>The largest tree where K is chosen, unless the user allows more: keys and values of its nodes take memory that layers could have.</summary>
    public const int LargestChosenBudget = 1024;

    /// <summary>Draft temperature when none is set: the draft's own distribution.</summary>
    public const double DefaultDraftTemperature = 1;

    /// <summary>K: nodes that the target scores in one pass beside the root.</summary>
    public int Budget { get; init; } = 64;

    /// <summary>K is chosen for each tree, at most <see cref="Budget"/>: the one with the most expected tokens per second on this device.</summary>
    public bool ChoosesBudget { get; init; }

    /// <summary>D: the deepest node hangs this far below the root.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>B: nodes whose children one draft step computes.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>B is measured: whatever size of a step gives trees soonest on this device, at most <see cref="BatchSize"/>.</summary>
    public bool MeasuresBatch { get; init; }

    /// <summary>Children considered per node.</summary>
    public int BranchWidth { get; init; } = 32;

    /// <summary>Nodes with a lower cumulative log-probability (natural logarithm) are left out; −∞: none.</summary>
    public double MinLogProbability { get; init; } = double.NegativeInfinity;

    /// <summary>The draft's distribution is sharpened (below 1) or flattened (above 1) before nodes are ranked by it.</summary>
    public double DraftTemperature { get; init; } = DefaultDraftTemperature;

    /// <summary>The draft's temperature is learnt from what becomes of its trees; <see cref="DraftTemperature"/> is without effect then.</summary>
    public bool LearnsDraftTemperature { get; init; }

    /// <summary>Children that a draft step tells of a node where tokens are sampled: the draft's distribution, but for a tail that is left out.</summary>
    internal const int SampledWidth = 256;

    /// <summary>Nodes of the largest draft step: never more than the tree holds.</summary>
    internal int LargestBatch => Math.Min(BatchSize, Budget);

    /// <summary>A single draft sequence of <paramref name="length"/> most probable tokens: the classic speculative decoding.</summary>
    public static TreeOptions Chain(int length, double draftTemperature = DefaultDraftTemperature) => new()
    {
        Budget = length,
        MaxDepth = length,
        BatchSize = 1,
        BranchWidth = 1,
        DraftTemperature = draftTemperature,
    };

    /// <summary>
    /// This tree with the shape of sampled sequences (SpecInfer): √(2K) long. K nodes are then half as many sequences if they
    /// have nothing in common, and more the more they share. The SpecExec authors' comparison goes through the same range:
    /// 8, 16 and 32 sequences that are 8, 16 and 32 long. Deeper than <see cref="MaxDepth"/> it never is.
    /// </summary>
    internal TreeOptions Sampled() => this with
    {
        MaxDepth = Math.Min(MaxDepth, (int)Math.Ceiling(Math.Sqrt(2.0 * Budget))),
        BranchWidth = SampledWidth,
        LearnsDraftTemperature = false,
    };

    /// <exception cref="OptionException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionException.ThrowUnless(Budget is >= 1 and <= 1 << 20, nameof(Budget), Budget, "from 1 to 1,048,576");
        OptionException.ThrowUnless(MaxDepth is >= 1 and <= 1 << 20, nameof(MaxDepth), MaxDepth, "from 1 to 1,048,576");
        OptionException.ThrowUnless(BatchSize is >= 1 and <= 1 << 16, nameof(BatchSize), BatchSize, "from 1 to 65,536");
        OptionException.ThrowUnless(BranchWidth is >= 1 and <= 1024, nameof(BranchWidth), BranchWidth, "from 1 to 1024"); // the most that a card's top-k finds
        OptionException.ThrowUnless(
            (long)BatchSize * BranchWidth <= 1 << 24,
            nameof(BranchWidth),
            BranchWidth,
            $"small enough that a draft step of {BatchSize} nodes has at most 16,777,216 candidates");
        OptionException.ThrowUnless(MinLogProbability <= 0, nameof(MinLogProbability), MinLogProbability, "0 or less");
        OptionException.ThrowUnless(DraftTemperature is >= 0.001 and <= 1000, nameof(DraftTemperature), DraftTemperature, "from 0.001 to 1000");
    }
}
