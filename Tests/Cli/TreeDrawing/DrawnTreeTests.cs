using NUnit.Framework;
using SpecExecNative.Cli.TreeDrawing;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Cli.TreeDrawing;

public sealed class DrawnTreeTests
{
    [Test]
    public void NodesComeInPreOrderWithEdgeAndPathProbabilities()
    {
        DrawnTree drawing = Draw(accepted: [1, 2], tokens: [10, 11, 99]);
        Assert.That(drawing.Nodes.Select(n => n.Label), Is.EqualTo((string[])["t5", "t10", "t11", "t99", "t12", "t20", "t21"]));
        Assert.That(
            drawing.Nodes.Select(n => n.Kind),
            Is.EqualTo((NodeKind[])[NodeKind.Root, NodeKind.Accepted, NodeKind.Accepted, NodeKind.Drawn, NodeKind.Rejected, NodeKind.Rejected, NodeKind.Rejected]));
        Assert.That(drawing.Nodes.Select(n => n.Parent), Is.EqualTo((int[])[-1, 0, 1, 2, 1, 0, 5]));
        Assert.That(drawing.Nodes.Select(n => n.IsLastChild), Is.EqualTo((bool[])[true, false, false, true, true, true, true]));
        Assert.That(drawing.Nodes[2].EdgeProbability, Is.EqualTo(0.5).Within(1e-12));
        Assert.That(drawing.Nodes[2].PathProbability, Is.EqualTo(0.3).Within(1e-12));
        Assert.That(drawing.Nodes[3].EdgeProbability, Is.Null, "the draft did not guess it");
    }

    [Test]
    public void TokenThatEndedTheTextIsMarkedWhereItWasGuessed()
    {
        // The walk drew token 12, a guess below node 1, and the text ended there.
        DrawnTree drawing = Draw(accepted: [1], tokens: [10, 12]);
        Assert.That(drawing.Nodes, Has.Count.EqualTo(6), "no second node for the same token");
        Assert.That(drawing.Nodes.Single(n => n.Kind == NodeKind.Drawn).Label, Is.EqualTo("t12"));
    }

    [Test]
    public void OmittedNodesAreCountedAtTheirParent()
    {
        DrawnTree drawing = Draw(accepted: [], tokens: [77], maxNodes: 2);
        Assert.That(
            drawing.Nodes.Select(n => (n.Label, n.Kind)),
            Is.EqualTo(((string, NodeKind)[])
            [
                ("t5", NodeKind.Root),
                ("t10", NodeKind.Rejected),
                ("t11", NodeKind.Rejected),
                ("… 1 more", NodeKind.Omitted),
                ("t77", NodeKind.Drawn),
                ("… 1 more", NodeKind.Omitted),
            ]));
    }

    [Test]
    public void VeryDeepChainIsDrawn()
    {
        const int Depth = 3_000;
        TreeNode[] nodes = [.. Enumerable.Range(0, Depth + 1).Select(i => new TreeNode(i, i - 1, i, -0.001 * i, 0))];
        DrawnTree drawing = DrawnTree.Of(1, Step(new TokenTree(nodes), [], [7]), token => $"t{token}", int.MaxValue);
        using var output = new StringWriter();
        SvgTreeWriter.Write(output, drawing);
        Assert.That(drawing.Nodes[^1].Depth, Is.EqualTo(1), "last comes what the target drew instead");
        Assert.That(drawing.Nodes.Max(n => n.Depth), Is.EqualTo(Depth));
    }

    [Test]
    public void TextOfASmallTreeIsExactly()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new TextTreeWriter(output, color: false).Write(Draw(accepted: [1], tokens: [10, 99]));
        Assert.That(output.ToString(), Is.EqualTo("""
            iteration 4: 5 nodes, depth 2, 3 draft steps, 1 accepted
            ● accepted   ◆ drawn by the target   ○ not taken
              edge    path
                            t5
            0.6000  0.6000  ├─● t10
            0.5000  0.3000  │ ├─○ t11
            0.2500  0.1500  │ ├─○ t12
                            │ └─◆ t99
            0.3000  0.3000  └─○ t20
            0.1000  0.0300    └─○ t21

            """));
    }

    /// <summary>Root 5 with children 10 (0.6) and 20 (0.3); below 10: 11 (0.5), 12 (0.25); below 20: 21 (0.1).</summary>
    private static DrawnTree Draw(int[] accepted, int[] tokens, int maxNodes = int.MaxValue)
    {
        var tree = new TokenTree(
        [
            TreeNode.Root(5),
            new TreeNode(10, 0, 1, Math.Log(0.6), 0),
            new TreeNode(11, 1, 2, Math.Log(0.3), 0),
            new TreeNode(12, 1, 2, Math.Log(0.15), 0),
            new TreeNode(20, 0, 1, Math.Log(0.3), 0),
            new TreeNode(21, 4, 2, Math.Log(0.03), 0),
        ]);
        return DrawnTree.Of(4, Step(tree, accepted, tokens), token => $"t{token}", maxNodes);
    }

    private static GenerationStep Step(TokenTree tree, int[] accepted, int[] tokens)
    {
        var statistics = new IterationStatistics(
            tree.Count - 1, tree.Depth, 3, 4, accepted.Length, tokens.Length, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        return new GenerationStep(tokens, "", tree, accepted, statistics, null);
    }
}
