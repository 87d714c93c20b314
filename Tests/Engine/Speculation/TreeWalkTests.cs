using NUnit.Framework;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Speculation;

public sealed class TreeWalkTests
{
    [Test]
    public void TheWalkFollowsTheTargetsTokensAndEndsWithOneThatIsNotInTheTree()
    {
        // Root 9 → {1 → {2}, 4}; the target says 1, 2, 7.
        TokenTree tree = Tree((1, 0), (2, 1), (4, 0));
        var logits = new Scripted(tree, new() { [""] = 1, ["1"] = 2, ["1 2"] = 7 });
        var history = new TokenHistory([5, 9]);

        IReadOnlyList<int> path = Greedy().Down(tree, logits, history, _ => true);

        Assert.That(path, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(history.Tokens.ToArray(), Is.EqualTo(new[] { 5, 9, 1, 2, 7 }));
        Assert.That(logits.Visited, Is.EqualTo(new[] { 0, 1, 2 }), "only rows on the path are looked at");
    }

    [Test]
    public void ATokenOutsideTheTreeEndsTheWalkAtOnce()
    {
        TokenTree tree = Tree((1, 0), (2, 0));
        var history = new TokenHistory([9]);

        IReadOnlyList<int> path = Greedy().Down(tree, new Scripted(tree, new() { [""] = 3 }), history, _ => true);

        Assert.That(path, Is.Empty);
        Assert.That(history.Tokens.ToArray(), Is.EqualTo(new[] { 9, 3 }));
    }

    [Test]
    public void TheSameTokenInAnotherBranchIsNotMistakenForAChild()
    {
        // 2 hangs below 1, not below the root.
        TokenTree tree = Tree((1, 0), (2, 1));

        IReadOnlyList<int> path = Greedy().Down(tree, new Scripted(tree, new() { [""] = 2 }), new TokenHistory([9]), _ => true);

        Assert.That(path, Is.Empty);
    }

    [Test]
    public void TheEndOfTheTextEndsTheWalk()
    {
        TokenTree tree = Tree((1, 0), (2, 1), (3, 2));
        var history = new TokenHistory([9]);

        IReadOnlyList<int> path = Greedy().Down(
            tree, new Scripted(tree, new() { [""] = 1, ["1"] = 2, ["1 2"] = 3 }), history, token => token != 2);

        Assert.That(path, Is.EqualTo(new[] { 1 }), "the ending token is text, but nothing is built on it");
        Assert.That(history.Tokens.ToArray(), Is.EqualTo(new[] { 9, 1, 2 }));
    }

    /// <summary>
    /// UMbreLLa applies the penalty with the committed text only, so a token repeated within a path goes unpunished.
    /// Here the path is the history.
    /// </summary>
    [Test]
    public void PenaltiesSeeThePath()
    {
        TokenTree tree = Tree((1, 0), (1, 1), (1, 2));
        float[] row = [0, 2, 1.9f, 0];
        var walk = new TreeWalk(new Sampler(new SamplingOptions { Temperature = 0, PresencePenalty = 0.5 }, 4));
        var history = new TokenHistory([1]);

        walk.Down(tree, new Constant(row), history, _ => true);

        Assert.That(history.Tokens.ToArray(), Is.EqualTo(new[] { 1, 1, 2 }), "the second 1 is already punished for the first");
    }

    /// <summary>
    /// The official code draws for all nodes at once; here the draw belongs to the position, so the tree's shape cannot
    /// change the text.
    /// </summary>
    [Test]
    public void DrawsBelongToPositionsNotToNodes()
    {
        float[] row = [1, 1, 1, 1, 1, 1, 1, 1];
        for (ulong seed = 0; seed < 50; seed++)
        {
            var plain = new TokenHistory([0]);
            var speculated = new TokenHistory([0]);
            var walk = new TreeWalk(new Sampler(new SamplingOptions { Seed = seed }, row.Length));
            while (plain.Count < 30)
            {
                walk.Down(TokenTree.RootOnly(0), new Constant(row), plain, _ => true);
            }

            TokenTree wide = Tree([.. Enumerable.Range(0, 8).Select(t => (t, 0)), .. Enumerable.Range(0, 8).Select(t => (t, 4))]);
            while (speculated.Count < 30)
            {
                walk.Down(wide, new Constant(row), speculated, _ => speculated.Count < 30);
            }

            Assert.That(speculated.Tokens.ToArray(), Is.EqualTo(plain.Tokens.ToArray()));
        }
    }

    /// <summary>Half-precision row sums lose integers beyond 2048 (the official code's acceptance test); a parent walk does not.</summary>
    [Test]
    public void PathsLongerThanHalfPrecisionCountsAreAcceptedWhole()
    {
        const int Length = 3000;
        TokenTree tree = Tree([.. Enumerable.Range(0, Length).Select(i => (1, i))]);
        var walk = new TreeWalk(new Sampler(new SamplingOptions { Temperature = 0 }, 4));

        IReadOnlyList<int> path = walk.Down(tree, new Constant([0, 1, 0, 0]), new TokenHistory([9]), _ => true);

        Assert.That(path, Is.EqualTo(Enumerable.Range(1, Length)));
    }

    private static TreeWalk Greedy() => new(new Sampler(new SamplingOptions { Temperature = 0 }, 10));

    private static TokenTree Tree(params (int Token, int Parent)[] nodes)
    {
        List<TreeNode> all = [TreeNode.Root(9)];
        foreach ((int token, int parent) in nodes)
        {
            all.Add(new TreeNode(token, parent, all[parent].Depth + 1, 0, TreeNode.NotComputed));
        }

        return new TokenTree([.. all]);
    }

    private sealed class Constant(float[] row) : INodeLogits
    {
        public ReadOnlySpan<float> LogitsAfter(int node) => row;
    }

    private sealed class Scripted(TokenTree tree, Dictionary<string, int> next) : INodeLogits
    {
        public List<int> Visited { get; } = [];

        public ReadOnlySpan<float> LogitsAfter(int node)
        {
            Visited.Add(node);
            string path = "";
            for (int at = node; at > 0; at = tree[at].Parent)
            {
                path = $"{tree[at].Token} {path}".Trim();
            }

            float[] row = new float[10];
            row[next[path]] = 1;
            return row;
        }
    }
}
