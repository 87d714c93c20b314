using NUnit.Framework;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Tests.Engine.Speculation;

public sealed class TreeBuilderTests
{
    private const int Root = 3;

    [Test]
    public void TheTreeIsTheExactTopKForEveryBatchSize(
        [Values(1, 2, 7, 64)] int batchSize, [Values(1, 5, 40, 150)] int budget, [Values(1, 2, 5)] int width, [Values(1, 3, 6)] int depth)
    {
        FunctionDraft draft = FunctionDraft.Random(seed: budget + width, vocabulary: 5);
        TokenTree tree = Build(draft, new TreeOptions { Budget = budget, BatchSize = batchSize, BranchWidth = width, MaxDepth = depth });

        List<double> expected = BruteForce(draft, width, depth);
        Assert.That(Scores(tree), Is.EqualTo(expected.Take(budget)).Within(1e-12));
    }

    [Test]
    public void EveryNodeIsTheContinuationThatItsPathSays([Values(1, 8)] int batchSize)
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 11, vocabulary: 40);
        TokenTree tree = Build(draft, new TreeOptions { Budget = 200, BatchSize = batchSize });

        var cumulative = new Dictionary<int, (string Path, double LogProbability)> { [0] = ("", 0) };
        for (int node = 1; node < tree.Count; node++)
        {
            TreeNode at = tree[node];
            Assert.That(at.Parent, Is.LessThan(node), "parents come first");
            (string path, double before) = cumulative[at.Parent];
            int[] tokens = [.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            double expected = before + DistributionOf(draft, tokens)[at.Token];
            Assert.That(at.CumulativeLogProbability, Is.EqualTo(expected).Within(1e-9));
            Assert.That(at.Depth, Is.EqualTo(tokens.Length + 1));
            cumulative[node] = ($"{path} {at.Token}", expected);
        }

        Assert.That(cumulative.Values.Select(v => v.Path).Distinct().Count(), Is.EqualTo(tree.Count), "no path twice");
        Assert.That(tree[0].Token, Is.EqualTo(Root));
    }

    /// <summary>Probabilities that round to 1 tie a child with its parent: the set must still be closed under "parent of".</summary>
    [Test]
    public void CertainTokensStillGiveATree([Values(1, 3)] int batchSize, [Range(1, 12)] int budget)
    {
        var draft = new FunctionDraft(3, path => [0, double.NegativeInfinity, double.NegativeInfinity]);
        TokenTree tree = Build(draft, new TreeOptions { Budget = budget, BatchSize = batchSize, BranchWidth = 3, MaxDepth = 50 });

        Assert.That(tree.Count, Is.EqualTo(budget + 1));
        Assert.That(tree.Depth, Is.EqualTo(budget), "a chain of certain tokens");
    }

    [Test]
    public void ImpossibleTokensAreNotDrafted()
    {
        var draft = new FunctionDraft(4, path => [Math.Log(0.5), Math.Log(0.5), double.NegativeInfinity, double.NegativeInfinity]);
        TokenTree tree = Build(draft, new TreeOptions { Budget = 100, BatchSize = 4, BranchWidth = 4, MaxDepth = 3 });

        Assert.That(tree.Count, Is.EqualTo(1 + 2 + 4 + 8));
    }

    [Test]
    public void UniformDistributionsGiveATree([Values(1, 4, 64)] int batchSize)
    {
        var draft = new FunctionDraft(4, path => [.. Enumerable.Repeat(Math.Log(0.25), 4)]);
        TokenTree tree = Build(draft, new TreeOptions { Budget = 4 + 16 + 10, BatchSize = batchSize, BranchWidth = 4, MaxDepth = 8 });

        Assert.That(tree.Count, Is.EqualTo(31));
        Assert.That(Enumerable.Range(1, 30).Count(n => tree[n].Depth == 1), Is.EqualTo(4));
        Assert.That(Enumerable.Range(1, 30).Count(n => tree[n].Depth == 2), Is.EqualTo(16));
        Assert.That(tree.Depth, Is.EqualTo(3));
    }

    /// <summary>The official code accepts min_log_prob and never looks at it.</summary>
    [Test]
    public void MinLogProbabilityCutsTheTree([Values(1, 8)] int batchSize)
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 5, vocabulary: 6);
        const double Minimum = -4;
        TokenTree tree = Build(
            draft, new TreeOptions { Budget = 1000, BatchSize = batchSize, BranchWidth = 6, MaxDepth = 5, MinLogProbability = Minimum });

        List<double> expected = [.. BruteForce(draft, 6, 5).Where(s => s >= Minimum)];
        Assert.That(expected, Has.Count.LessThan(1000).And.Count.GreaterThan(5));
        Assert.That(Scores(tree), Is.EqualTo(expected).Within(1e-12));
    }

    [Test]
    public void ExpansionStopsWhenNothingCanEnterTheTopK()
    {
        // One dominant chain: after it is found, no other candidate is worth a draft step.
        var draft = new FunctionDraft(10, path => [.. Enumerable.Range(0, 10).Select(t => t == 0 ? Math.Log(0.91) : Math.Log(0.01))]);
        var builder = new TreeBuilder(draft, new TreeOptions { Budget = 8, BatchSize = 1, BranchWidth = 10, MaxDepth = 8 });

        TokenTree tree = builder.Build(Root);

        Assert.That(tree.Depth, Is.EqualTo(8));
        Assert.That(builder.DraftSteps, Is.EqualTo(8), "root and seven nodes of the chain; its end needs no children");
    }

    [Test]
    public void BatchesAreFullWheneverThereIsEnoughToDo()
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 2, vocabulary: 50, sharpness: 1);
        var builder = new TreeBuilder(draft, new TreeOptions { Budget = 512, BatchSize = 16, BranchWidth = 16 });

        builder.Build(Root);

        Assert.That(draft.StepSizes[0], Is.EqualTo(1), "the root");
        Assert.That(draft.StepSizes.Skip(1).SkipLast(1), Is.All.EqualTo(16));
        Assert.That(builder.DraftSteps, Is.EqualTo(draft.StepSizes.Count));
        Assert.That(builder.ComputedNodes, Is.EqualTo(draft.StepSizes.Sum()));
    }

    [Test]
    public void ChainIsTheGreedySequence()
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 9, vocabulary: 30);
        TokenTree tree = Build(draft, TreeOptions.Chain(12));

        Assert.That(tree.Count, Is.EqualTo(13));
        List<int> path = [];
        for (int node = 1; node < tree.Count; node++)
        {
            double[] next = DistributionOf(draft, path);
            Assert.That(tree[node].Parent, Is.EqualTo(node - 1));
            Assert.That(next[tree[node].Token], Is.EqualTo(next.Max()));
            path.Add(tree[node].Token);
        }
    }

    [Test]
    public void LimitsOfTheCallerAndTheDraftBoundTheDepth()
    {
        FunctionDraft shallow = FunctionDraft.Random(1, 5);
        var options = new TreeOptions { Budget = 100, BatchSize = 4, BranchWidth = 5, MaxDepth = 10 };

        Assert.That(new TreeBuilder(shallow, options).Build(Root, depthLimit: 2).Depth, Is.EqualTo(2));
        Assert.That(new TreeBuilder(shallow, options).Build(Root, depthLimit: 0).Count, Is.EqualTo(1));
        Assert.That(new TreeBuilder(shallow, options).Build(Root, depthLimit: -1).Count, Is.EqualTo(1));
        var limited = new FunctionDraft(5, p => DistributionOf(shallow, [.. p])) { DepthLimit = 3 };
        Assert.That(new TreeBuilder(limited, options).Build(Root).Depth, Is.EqualTo(3));
    }

    /// <summary>
    /// A draft that is sure of itself wants one long chain, and most of a large batch is outdone by the chain's next nodes.
    /// That must cost steps, not depth, however little room the draft has.
    /// </summary>
    [Test]
    public void AConfidentDraftWithLittleRoomStillGetsTheOptimalTree(
        [Values(0.9, 0.97, 0.99)] double best, [Values(65, 70, 129)] int maxNodes, [Values(4, 16, 64)] int batchSize)
    {
        double[] next = [.. Enumerable.Range(0, 32).Select(t => Math.Log(t == 0 ? best : (1 - best) / 4.03 / t))];
        var options = new TreeOptions { Budget = 64, BatchSize = batchSize };
        var builder = new TreeBuilder(new CarefulDraft(new FunctionDraft(32, _ => next), maxNodes), options);

        TokenTree tree = builder.Build(Root);

        List<double> optimum = Scores(Build(new FunctionDraft(32, _ => next), options with { BatchSize = 1 }));
        Assert.That(Scores(tree), Is.EqualTo(optimum).Within(1e-12));
        Assert.That(builder.DraftSteps, Is.LessThanOrEqualTo(65));
    }

    /// <summary>Where bets do not fit into the draft's memory, worse ones make room for better ones, and the tree is the same.</summary>
    [Test]
    public void BetsThatAreGivenUpCostStepsButNotTheTree([Range(1, 20)] int seed, [Values(101, 110, 140)] int maxNodes)
    {
        const double EasyShare = 0.8; // sure tokens and unsure ones: which bets are good shows late
        FunctionDraft random = FunctionDraft.Random(seed, 12, sharpness: 1);
        double[] sure = [.. Enumerable.Range(0, 12).Select(t => Math.Log(t == 0 ? 0.99 : 0.01 / 11))];
        bool IsEasy(IReadOnlyList<int> path) => new Random(path.Aggregate(seed, (h, t) => unchecked((h * 31) + t + 7))).NextDouble() < EasyShare;
        var mixed = new FunctionDraft(12, path => IsEasy(path) ? sure : random.LogProbabilitiesAfter(path));
        var careful = new CarefulDraft(mixed, maxNodes);
        var options = new TreeOptions { Budget = 100, BatchSize = 32, BranchWidth = 12 };
        var builder = new TreeBuilder(careful, options);
        int givenUp = 0;
        for (int tree = 0; tree < 3; tree++)
        {
            Assert.That(Scores(builder.Build(Root)), Is.EqualTo(Scores(Build(mixed, options with { BatchSize = 1 }))).Within(1e-12));
            givenUp += careful.GivenUp;
        }

        Assert.That(maxNodes > 110 || givenUp > 0, "bets must be given up for this to mean anything");
    }

    /// <summary>A tree takes hardly more steps than it has levels where a step has room for a level.</summary>
    [Test]
    public void StepsAreAboutAsManyAsLevels([Range(1, 10)] int seed)
    {
        FunctionDraft random = FunctionDraft.Random(seed, 32, sharpness: 2);
        const int Nodes = 256;
        var builder = new TreeBuilder(new CarefulDraft(random, 2 * Nodes), new TreeOptions { Budget = Nodes, BatchSize = 64 });
        for (int tree = 0; tree < 4; tree++)
        {
            TokenTree grown = builder.Build(Root);
            Assert.That(builder.DraftSteps, Is.LessThanOrEqualTo(grown.Depth + 3));
            Assert.That(builder.ComputedNodes, Is.LessThanOrEqualTo(Nodes + 1 + (Nodes / 2)), "and few nodes are computed for nothing");
        }
    }

    [Test]
    public void ADraftWithFewSlotsStillGivesATree()
    {
        var draft = new CarefulDraft(FunctionDraft.Random(4, 20), maxNodes: 7);
        var builder = new TreeBuilder(draft, new TreeOptions { Budget = 300, BatchSize = 4, BranchWidth = 20 });

        TokenTree tree = builder.Build(Root);

        Assert.That(builder.ComputedNodes, Is.GreaterThanOrEqualTo(7));
        Assert.That(tree.Count, Is.EqualTo((builder.ComputedNodes * 20) + 1), "all children of all that was computed");
    }

    /// <summary>Siblings so improbable that they are all alike still share their steps.</summary>
    [Test]
    public void ADraftThatIsSureBeyondMeasureGetsFullSteps()
    {
        double[] next = [.. Enumerable.Range(0, 32).Select(t => t == 0 ? -1e-6 : -60.0)];
        var builder = new TreeBuilder(new CarefulDraft(new FunctionDraft(32, _ => next), 2000), new TreeOptions { Budget = 1500, BatchSize = 64, MaxDepth = 16 });
        for (int tree = 0; tree < 2; tree++)
        {
            Assert.That(builder.Build(Root).Count, Is.EqualTo(1501));
            Assert.That(builder.DraftSteps, Is.LessThan(64));
        }
    }

    /// <summary>What a step costs must be worth something; the children of a node that is only computed again are known.</summary>
    [Test]
    public void ATreeEndsWhereAStepIsNotWorthIt([Values(25, 200)] int maxNodes, [Values(0.001, 0.02, 0.2)] double worthwhile)
    {
        FunctionDraft random = FunctionDraft.Random(3, 16);
        var options = new TreeOptions { Budget = 24, BatchSize = 8 };
        TokenTree whole = new TreeBuilder(new CarefulDraft(random, maxNodes), options).Build(Root);
        var builder = new TreeBuilder(new CarefulDraft(random, maxNodes), options);
        TokenTree tree = builder.Build(Root, options.Budget, int.MaxValue, worthwhile, default);
        Assert.That(Mass(whole) - Mass(tree), Is.LessThan(worthwhile * 16), "what was left out were steps of less than that");
        Assert.That(tree.Count, Is.EqualTo(25), "it is full of the nodes that were found");
    }

    [Test]
    public void ABudgetBeyondAllContinuationsTakesThemAll()
    {
        TokenTree tree = Build(FunctionDraft.Random(1, 3), new TreeOptions { Budget = 5000, BatchSize = 8, BranchWidth = 64, MaxDepth = 4 });

        Assert.That(tree.Count, Is.EqualTo(1 + 3 + 9 + 27 + 81));
    }

    [Test]
    public void ABuilderCanBeUsedAgain()
    {
        FunctionDraft draft = FunctionDraft.Random(1, 12);
        var builder = new TreeBuilder(draft, new TreeOptions { Budget = 30, BatchSize = 4 });

        TokenTree first = builder.Build(Root);
        builder.Build(Root + 1);
        TokenTree again = builder.Build(Root);

        Assert.That(Scores(again), Is.EqualTo(Scores(first)));
    }

    [Test]
    public void ACancelledBuildStopsBetweenSteps()
    {
        using var source = new CancellationTokenSource();
        int steps = 0;
        var draft = new FunctionDraft(4, path =>
        {
            if (++steps == 3)
            {
                source.Cancel();
            }

            return [.. Enumerable.Repeat(Math.Log(0.25), 4)];
        });
        var builder = new TreeBuilder(draft, new TreeOptions { Budget = 100, BatchSize = 1 });

        Assert.That(() => builder.Build(Root, cancellation: source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(steps, Is.EqualTo(3));
    }

    private static TokenTree Build(FunctionDraft draft, TreeOptions options) => new TreeBuilder(draft, options).Build(Root);

    private static List<double> Scores(TokenTree tree)
        => [.. Enumerable.Range(1, tree.Count - 1).Select(n => tree[n].CumulativeLogProbability).OrderDescending()];

    private static double Mass(TokenTree tree) => Scores(tree).Sum(Math.Exp);

    private static double[] DistributionOf(FunctionDraft draft, IReadOnlyList<int> path)
    {
        List<TreeNode> chain = [TreeNode.Root(Root), .. path.Select((t, i) => new TreeNode(t, i, i + 1, 0, i + 1))];
        var children = new DraftChildren(1, draft.Vocabulary);
        draft.Expand(chain, [chain.Count - 1], new int[1], children);
        double[] result = new double[draft.Vocabulary];
        for (int i = 0; i < children.Width; i++)
        {
            result[children.Tokens(0)[i]] = children.LogProbabilities(0)[i];
        }

        return result;
    }

    /// <summary>Cumulative log-probabilities of all continuations of this width and depth, best first.</summary>
    private static List<double> BruteForce(FunctionDraft draft, int width, int depth)
    {
        List<double> scores = [];
        void Visit(List<int> path, double score)
        {
            if (path.Count == depth)
            {
                return;
            }

            double[] next = DistributionOf(draft, path);
            foreach (int token in Enumerable.Range(0, next.Length).OrderByDescending(t => next[t]).ThenBy(t => t).Take(width))
            {
                scores.Add(score + next[token]);
                Visit([.. path, token], score + next[token]);
            }
        }

        Visit([], 0);
        return [.. scores.OrderDescending()];
    }
}
