using NUnit.Framework;
using SpecExecNative.Engine.Planning;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Planning;

public sealed class AcceptanceTests
{
    private const int Trees = 400;

    [TestCase("mtbench-7b", 64, 12.2)]
    [TestCase("mtbench-7b", 256, 16.0)]
    [TestCase("mtbench-7b", 1024, 19.5)]
    [TestCase("c4-7b", 256, 9.2)]
    [TestCase("oasst-1.1b", 128, 7.3)]
    [TestCase("oasst-160m", 512, 3.5)]
    public void TreesAreAcceptedAboutAsFarAsTheCurveSays(string name, int budget, double tokens)
    {
        AcceptanceModel acceptance = PublishedAcceptance.Find(name)!;
        double mean = TreesOf(acceptance, budget).Average(tree => acceptance.Reached(tree).Sum());

        Assert.That(mean, Is.EqualTo(tokens).Within(0.12 * tokens));
    }

    [Test]
    public void NobodyIsReachedMoreOftenThanItsParent([Values("mtbench-7b", "oasst-160m", "cnn-8b")] string name)
    {
        AcceptanceModel acceptance = PublishedAcceptance.Find(name)!;
        foreach (TokenTree tree in TreesOf(acceptance, 300))
        {
            double[] reached = acceptance.Reached(tree);
            for (int node = 0; node < tree.Count; node++)
            {
                Assert.That(tree.Children(node).Sum(child => reached[child]), Is.LessThanOrEqualTo(reached[node] + 1e-12));
            }
        }
    }

    private static IEnumerable<TokenTree> TreesOf(AcceptanceModel acceptance, int budget)
    {
        var builder = new TreeBuilder(new SyntheticDraft(new IdleDraft(budget), acceptance, () => { }), new TreeOptions { Budget = budget });
        for (int i = 0; i < Trees; i++)
        {
            yield return builder.Build(0);
        }
    }

    private sealed class IdleDraft(int budget) : ITreeDraft
    {
        public int Vocabulary => 1000;

        public int MaxNodes => 4 * budget;

        public int BeginTree() => 1000;

        public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children) => nodes.CopyTo(slots);
    }
}
