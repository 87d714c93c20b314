namespace SpecExecNative.Engine.Speculation;

/// <summary>How large a draft tree may become and how it is grown.</summary>
public sealed record TreeOptions
{
    /// <summary>Draft temperature when none is set: the draft's own distribution.</summary>
    public const double DefaultDraftTemperature = 1;

    /// <summary>K: nodes that the target scores in one pass beside the root.</summary>
    public int Budget { get; init; } = 64;

    /// <summary>D: the deepest node hangs this far below the root.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>B: nodes whose children one draft step computes.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Children considered per node.</summary>
    public int BranchWidth { get; init; } = 32;

    /// <summary>Nodes with a lower cumulative log-probability (natural logarithm) are left out; −∞: none.</summary>
    public double MinLogProbability { get; init; } = double.NegativeInfinity;

    /// <summary>The draft's distribution is sharpened (below 1) or flattened (above 1) before nodes are ranked by it.</summary>
    public double DraftTemperature { get; init; } = DefaultDraftTemperature;

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

    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense; the message names it.</exception>
    public void Validate()
    {
        Require(Budget is >= 1 and <= 1 << 20, nameof(Budget), Budget, "from 1 to 1,048,576");
        Require(MaxDepth is >= 1 and <= 1 << 20, nameof(MaxDepth), MaxDepth, "from 1 to 1,048,576");
        Require(BatchSize is >= 1 and <= 1 << 16, nameof(BatchSize), BatchSize, "from 1 to 65,536");
        Require(BranchWidth is >= 1 and <= 1 << 16, nameof(BranchWidth), BranchWidth, "from 1 to 65,536");
        Require((long)BatchSize * BranchWidth <= 1 << 24, nameof(BranchWidth), BranchWidth, "at most 16,777,216 candidates per draft step (BatchSize x BranchWidth)");
        Require(MinLogProbability <= 0, nameof(MinLogProbability), MinLogProbability, "0 or less");
        Require(DraftTemperature is > 0 and <= 1000, nameof(DraftTemperature), DraftTemperature, "above 0, up to 1000");
    }

    private static void Require(bool condition, string name, object value, string range)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }
}
