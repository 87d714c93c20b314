namespace SpecExecNative.Engine.Planning;

/// <summary>
/// A made-up draft: at some places it is nearly certain, at the others its probabilities fall as a power of the rank. Four numbers are
/// enough to come within a few percent of the curves that have been measured with real drafts.
/// </summary>
/// <param name="EasyShare">How many places are easy.</param>
/// <param name="EasyTop">The most probable token's probability there.</param>
/// <param name="HardTop">The same elsewhere.</param>
/// <param name="HardPower">How fast the others fall there.</param>
internal sealed record DraftCertainty(double EasyShare, double EasyTop, double HardTop, double HardPower)
{
    /// <summary>The first budget of <see cref="TokensPerIteration"/>.</summary>
    public const int FirstBudget = 8;

    /// <summary>Tokens of a place that have a probability at all.</summary>
    private const int Ranks = 32;

    private const double EasyTail = 0.5;
    private const double EasyPower = 1.5;

    /// <summary>What a target of the same certainty accepts, on average, of trees of 8, 16, 32, … nodes.</summary>
    public IReadOnlyList<double> TokensPerIteration { get; init; } = [];

    private readonly double[] _easy = [EasyTop, .. Enumerable.Range(2, Ranks - 1).Select(rank => (1 - EasyTop) * EasyTail * Math.Pow(rank, -EasyPower))];
    private readonly double[] _hard = Normalized([.. Enumerable.Range(1, Ranks).Select(rank => HardTop * Math.Pow(rank, -HardPower))]);

    /// <summary>Fitted (least squares of the logarithms) to the paper's curves for drafts of 7B, 7B on C4, 1.1B and 160M.</summary>
    public static IReadOnlyList<DraftCertainty> Fitted { get; } =
    [
        new(0.8944, 0.9988, 0.3358, 0.5555) { TokensPerIteration = [6.21, 8.68, 10.80, 12.23, 14.11, 16.57, 18.11, 19.25, 20.61, 22.16] },
        new(0.5470, 0.9988, 0.6051, 1.8687) { TokensPerIteration = [4.46, 5.44, 6.36, 7.27, 8.18, 9.09, 10.01, 10.93, 11.87, 12.80] },
        new(0.4276, 0.9835, 0.7284, 2.0873) { TokensPerIteration = [4.23, 5.08, 5.90, 6.72, 7.53, 8.34, 9.15, 9.96, 10.77, 11.60] },
        new(0.0161, 0.8807, 0.4022, 1.4921) { TokensPerIteration = [2.04, 2.26, 2.51, 2.76, 3.01, 3.26, 3.50, 3.73, 3.96, 4.17] },
    ];

    /// <summary>Of the fitted ones, the one whose curve is closest.</summary>
    /// <param name="tokensPerIteration">The curve.</param>
    public static DraftCertainty ClosestTo(Func<double, double> tokensPerIteration)
    {
        double Distance(DraftCertainty draft)
            => draft.TokensPerIteration.Select((tokens, i) => Math.Pow(Math.Log(tokens / tokensPerIteration(FirstBudget << i)), 2)).Sum();
        return Fitted.MinBy(Distance)!;
    }

    /// <summary>Probabilities of a place's tokens, most probable first.</summary>
    /// <param name="place">From 0 to 1, evenly distributed over places.</param>
    /// <param name="probabilities">Receives them.</param>
    public void Propose(double place, Span<double> probabilities)
    {
        probabilities.Clear();
        (place < EasyShare ? _easy : _hard).AsSpan(0, Math.Min(Ranks, probabilities.Length)).CopyTo(probabilities);
    }

    /// <summary>Made smaller where the sum is more than 1.</summary>
    private static double[] Normalized(double[] probabilities)
    {
        double most = Math.Max(1, probabilities.Sum());
        return [.. probabilities.Select(p => p / most)];
    }
}
