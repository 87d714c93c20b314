using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

public sealed class BruteForceTreeTests
{
    [Test]
    public void FindsTheTreeThatIsFoundByHand()
    {
        // Every next token is 0 with 0.6, 1 with 0.3, 2 with 0.1. In order of probability:
        // 0 (.6), 00 (.36), 1 (.3), 000 (.216), 01 and 10 (.18 each), …
        BruteForceTree search = new() { Budget = 6, Depth = 3 };
        IReadOnlyList<BruteForceNode> best = search.Best(Constant);
        Assert.That(best.Select(Text), Is.EqualTo(new[] { "0", "00", "1", "000", "01", "10" }));
        Assert.That(
            best.Select(node => Math.Exp(node.CumulativeLogProb)),
            Is.EqualTo(new[] { 0.6, 0.36, 0.3, 0.216, 0.18, 0.18 }).Within(1e-12));
    }

    [Test]
    public void DepthWidthAndLeastProbabilityLimitIt()
    {
        BruteForceTree all = new() { Budget = 1000, Depth = 3 };
        Assert.That(all.Best(Constant), Has.Count.EqualTo(3 + 9 + 27));
        Assert.That((all with { Depth = 2 }).Best(Constant), Has.Count.EqualTo(3 + 9));
        string[] narrow = [.. (all with { Width = 2 }).Best(Constant).Select(Text)];
        Assert.That(narrow, Has.Length.EqualTo(2 + 4 + 8));
        Assert.That(narrow.Where(path => path.Contains('2')), Is.Empty);
        Assert.That(
            (all with { LeastCumulativeLogProb = Math.Log(0.25) }).Best(Constant).Select(Text), Is.EqualTo(new[] { "0", "00", "1" }));
    }

    [Test]
    public void EqualNodesComeShallowFirstThenByTokens()
    {
        // The first token is a fair coin and determines the rest, so every node of probability has one half.
        BruteForceTree search = new() { Budget = 5, Depth = 3 };
        IReadOnlyList<BruteForceNode> best = search.Best(
            path => path.Count == 0 ? [Math.Log(0.5), Math.Log(0.5)] : [0, double.NegativeInfinity]);
        Assert.That(best.Select(Text), Is.EqualTo(new[] { "0", "1", "00", "10", "000" }));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void TheBestNodesAreATreeAndNoNodeLeftOutIsBetter(int seed)
    {
        double[] Draft(IReadOnlyList<int> path)
        {
            Random random = new(path.Aggregate(seed, (hash, token) => unchecked((hash * 31) + token + 1)));
            double[] weights = [.. Enumerable.Range(0, 5).Select(_ => Math.Exp(3 * random.NextDouble()))];
            return [.. weights.Select(w => Math.Log(w / weights.Sum()))];
        }

        BruteForceTree search = new() { Budget = 40, Depth = 4, Width = 4 };
        IReadOnlyList<BruteForceNode> best = search.Best(Draft);
        IReadOnlyList<BruteForceNode> all = (search with { Budget = int.MaxValue }).Best(Draft);
        HashSet<string> taken = [.. best.Select(Text)];
        Assert.That(taken, Has.Count.EqualTo(40));
        Assert.That(taken.Where(path => path.Length > 1).Select(path => path[..^1]).Distinct(), Is.SubsetOf(taken));
        Assert.That(all, Has.Count.EqualTo(4 + 16 + 64 + 256));
        Assert.That(
            all.Where(node => !taken.Contains(Text(node))).Max(node => node.CumulativeLogProb),
            Is.LessThanOrEqualTo(best.Min(node => node.CumulativeLogProb)));
    }

    private static double[] Constant(IReadOnlyList<int> path) => [Math.Log(0.6), Math.Log(0.3), Math.Log(0.1)];

    private static string Text(BruteForceNode node) => string.Concat(node.Path);
}
