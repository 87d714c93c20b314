namespace SpecExecNative.Engine.Planning;

/// <summary>
/// Every node is like every other: the target's token is the draft's most probable one with the first probability given, its second with the
/// second, and so on (the model of Sequoia, Chen et al. 2024). The draft knows these probabilities.
/// </summary>
public sealed class RankAcceptance : AcceptanceModel
{
    private readonly double[] _byRank;

    /// <param name="byRank">Not ascending; the sum is at most 1.</param>
    /// <exception cref="OptionException">They make no sense.</exception>
    public RankAcceptance(IReadOnlyList<double> byRank)
    {
        bool descends = byRank.Zip(byRank.Skip(1)).All(pair => pair.First >= pair.Second);
        OptionException.ThrowUnless(
            byRank.Count > 0 && byRank.All(p => p is > 0 and <= 1) && descends && byRank.Sum() <= 1 + 1e-9,
            "Acceptance",
            string.Join(", ", byRank),
            "probabilities that do not ascend and whose sum is at most 1");
        _byRank = [.. byRank];
    }

    /// <inheritdoc/>
    public override void Propose(ulong node, Span<double> probabilities)
    {
        probabilities.Clear();
        int known = Math.Min(probabilities.Length, _byRank.Length);
        _byRank.AsSpan(0, known).CopyTo(probabilities);
    }
}
