using NUnit.Framework;
using SpecExecNative.Engine.Budget;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Budget;

public sealed class BudgetControllerTests
{
    private const double Step = 0.005;
    private const int Batch = 32;

    /// <summary>A tree of K nodes takes at most K steps, and at least as many as its nodes fill.</summary>
    [TestCase(1, 1)]
    [TestCase(8, 8)]
    [TestCase(1024, 42)]
    public void DraftingIsNeverPricedAbovePossibleNorBelowNecessary(int budget, double steps)
        => Assert.That(Controller().Expect(budget).DraftSeconds, Is.EqualTo(steps * Step).Within(1e-9));

    /// <summary>What trees take is learnt in both directions, the first of them counting for all that was assumed.</summary>
    [Test]
    public void StepsAreLearntUpAndDown()
    {
        BudgetController controller = Controller();
        Learn(controller, nodes: 256, steps: 8);
        Assert.That(controller.Expect(64).DraftSeconds, Is.EqualTo((10 + (64.0 / Batch)) * Step).Within(1e-9), "more levels than full steps have, it has not");
        for (int i = 0; i < 40; i++)
        {
            Learn(controller, nodes: 256, steps: 40);
        }

        Assert.That(controller.Expect(256).DraftSeconds, Is.EqualTo(40 * Step).Within(0.01 * Step));
        for (int i = 0; i < 40; i++)
        {
            Learn(controller, nodes: 1024, steps: 30);
        }

        Assert.That(controller.Expect(256).DraftSeconds, Is.EqualTo(30 * Step).Within(0.01 * Step), "thirty full steps say that there are not forty levels");
    }

    private static BudgetController Controller() => new(new CostCurve([(1, 0.1), (2048, 0.1)]), streamSeconds: 1, Step, Batch, largest: 1024);

    private static void Learn(BudgetController controller, int nodes, int steps)
    {
        TreeNode[] tree = [TreeNode.Root(0), .. Enumerable.Range(1, nodes).Select(i => new TreeNode(i, 0, 1, -i, TreeNode.NotComputed))];
        var time = TimeSpan.FromSeconds(steps * Step);
        controller.Learn(new TokenTree(tree), [], new IterationStatistics(nodes, 1, steps, nodes, 0, 1, time, TimeSpan.FromSeconds(1), TimeSpan.Zero));
    }
}
