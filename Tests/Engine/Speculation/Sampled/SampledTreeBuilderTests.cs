using NUnit.Framework;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Speculation.Sampled;

namespace SpecExecNative.Tests.Engine.Speculation.Sampled;

public sealed class SampledTreeBuilderTests
{
    private const int Root = 3;
    private const int Vocabulary = 40;

    private static readonly TreeOptions Options = new() { Budget = 60, MaxDepth = 8, BatchSize = 8, BranchWidth = Vocabulary };

    /// <summary>The definition, one sequence after the other and nothing ahead of its time.</summary>
    [Test]
    public void TheTreeIsTheFirstSequencesCommonBeginningsMerged([Values(1, 5, 60)] int budget, [Values(1, 4, 32)] int batchSize)
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 6, Vocabulary);
        TreeOptions options = Options with { Budget = budget, BatchSize = batchSize };

        (TokenTree tree, TreeProposals proposals) = Build(draft, options);

        (List<string> paths, Dictionary<string, List<int>> draws) = Sequentially(draft, options, new SamplingOptions());
        Assert.That(tree.Count, Is.EqualTo(budget + 1));
        Assert.That(Enumerable.Range(1, budget).Select(n => PathOf(tree, n)), Is.EquivalentTo(paths));
        for (int node = 0; node < tree.Count; node++)
        {
            IEnumerable<int> drawn = proposals.Of(tree)[node] is { } proposal ? [.. proposal.Draws.Select(i => proposal.Tokens[i])] : [];
            Assert.That(drawn, Is.EqualTo(draws.GetValueOrDefault(PathOf(tree, node), [])), "in order, and as often as drawn");
            Assert.That(tree.Children(node).Select(c => tree[c].Token), Is.EqualTo(drawn.Distinct()));
        }
    }

    /// <summary>Where memory is short there are more steps, but the same tree.</summary>
    [Test]
    public void ADraftWithLittleRoomGrowsTheSameTree([Values(61, 64, 100)] int maxNodes, [Values(1, 8, 32)] int batchSize)
    {
        FunctionDraft free = FunctionDraft.Random(seed: 6, Vocabulary);
        var draft = new FunctionDraft(Vocabulary, path => Distribution(free, path)) { MaxNodes = maxNodes };

        (TokenTree tree, _) = Build(draft, Options with { BatchSize = batchSize });

        Assert.That(Paths(tree), Is.EqualTo(Paths(Build(free, Options).Tree)));
        Assert.That(draft.StepSizes.Sum(), Is.LessThanOrEqualTo(maxNodes));
    }

    [Test]
    public void StepsAreFewWhereBatchesAreLarge()
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 2, Vocabulary);
        (TokenTree tree, _) = Build(draft, Options with { Budget = 256, MaxDepth = 16, BatchSize = 32 });

        Assert.That(tree.Count, Is.EqualTo(257));
        Assert.That(draft.StepSizes, Has.Count.LessThan(16 + (2 * 256 / 32)), "a step for each level at least, and each computes at most 32");
        Assert.That(draft.StepSizes.Sum(), Is.LessThan(257 + 32), "hardly any is in vain");
    }

    [Test]
    public void LimitsOfTheCallerAndTheDraftBoundTheDepth()
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 1, Vocabulary);

        Assert.That(Build(draft, Options, depthLimit: 2).Tree.Depth, Is.EqualTo(2));
        Assert.That(Build(draft, Options, depthLimit: 0).Tree.Count, Is.EqualTo(1));
        Assert.That(Build(draft, Options, depthLimit: -1).Tree.Count, Is.EqualTo(1));
        Assert.That(Build(new FunctionDraft(Vocabulary, path => Distribution(draft, path)) { DepthLimit = 3 }, Options).Tree.Depth, Is.EqualTo(3));
    }

    /// <summary>Independent sequences of a draft without doubt are all the same one.</summary>
    [Test]
    public void ACertainDraftGivesAChain()
    {
        var draft = new FunctionDraft(Vocabulary, _ => [.. Enumerable.Range(0, Vocabulary).Select(t => t == 7 ? 0.0 : double.NegativeInfinity)]);

        (TokenTree tree, _) = Build(draft, Options);

        Assert.That(tree.Count - 1, Is.EqualTo(Options.MaxDepth).And.EqualTo(tree.Depth));
    }

    [Test]
    public void ADraftThatMayProposeNothingGivesARoot()
    {
        FunctionDraft draft = FunctionDraft.Random(seed: 1, vocabulary: 3);
        var forbidden = new SamplingOptions { LogitBias = Enumerable.Range(0, 3).ToDictionary(t => t, _ => double.NegativeInfinity) };

        Assert.That(Build(draft, Options, forbidden).Tree.Count, Is.EqualTo(1));
    }

    /// <summary>Penalties see the path: a token that a sequence has drawn is drawn again less often.</summary>
    [Test]
    public void PenaltiesSeeThePath()
    {
        var draft = new FunctionDraft(4, _ => [.. Enumerable.Repeat(Math.Log(0.25), 4)]);
        var harsh = new SamplingOptions { PresencePenalty = 50 };

        (TokenTree tree, _) = Build(draft, Options with { MaxDepth = 3 }, harsh);

        Assert.That(Paths(tree).Select(p => p.Split(' ', StringSplitOptions.RemoveEmptyEntries)), Is.All.Unique);
        Assert.That(tree.Depth, Is.EqualTo(3));
    }

    [Test]
    public void FiltersLeaveTheirTokensOnly()
    {
        (TokenTree tree, TreeProposals proposals) = Build(FunctionDraft.Random(seed: 1, Vocabulary), Options, new SamplingOptions { TopK = 2, Temperature = 3 });

        Assert.That(Enumerable.Range(0, tree.Count).Select(n => tree.Children(n).Count()), Is.All.LessThanOrEqualTo(2));
        Assert.That(proposals.Of(tree)[0]!.Tokens.Length, Is.EqualTo(2));
        Assert.That(proposals.Of(tree)[0]!.Probabilities.ToArray().Sum(), Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void ProposalsBelongToTheLastTree()
    {
        (_, TreeProposals proposals) = Build(FunctionDraft.Random(seed: 1, Vocabulary), Options);

        Assert.That(() => proposals.Of(TokenTree.RootOnly(Root)), Throws.ArgumentException);
    }

    private static (TokenTree Tree, TreeProposals Proposals) Build(
        FunctionDraft draft, TreeOptions options, SamplingOptions? sampling = null, int depthLimit = int.MaxValue)
    {
        var proposals = new TreeProposals();
        var builder = new SampledTreeBuilder(draft, options, sampling ?? new SamplingOptions(), new TokenHistory([Root]), proposals);
        return (builder.Build(Root, options.Budget, depthLimit, 0, default), proposals);
    }

    /// <summary>Paths in the order in which they come, and the tokens drawn behind each.</summary>
    private static (List<string> Paths, Dictionary<string, List<int>> Draws) Sequentially(FunctionDraft draft, TreeOptions options, SamplingOptions sampling)
    {
        List<string> paths = [];
        Dictionary<string, List<int>> draws = [];
        for (int sequence = 0; paths.Count < options.Budget; sequence++)
        {
            List<int> path = [];
            while (path.Count < options.MaxDepth && paths.Count < options.Budget)
            {
                double[] next = [.. Distribution(draft, path).Select(Math.Exp)];
                int[] order = [.. Enumerable.Range(0, Vocabulary).OrderByDescending(t => next[t])];
                double left = Philox.Uniform(sampling.Seed, 1, DrawPurpose.DraftedToken, sequence, path.Count + 1) * next.Sum();
                int token = order.First(t => (left -= next[t]) < 0);
                string at = string.Join(' ', path);
                draws.TryAdd(at, []);
                draws[at].Add(token);
                path.Add(token);
                if (!paths.Contains(string.Join(' ', path)))
                {
                    paths.Add(string.Join(' ', path));
                }
            }
        }

        return (paths, draws);
    }

    private static double[] Distribution(FunctionDraft draft, IReadOnlyList<int> path) => draft.LogProbabilitiesAfter(path);

    private static IEnumerable<string> Paths(TokenTree tree) => Enumerable.Range(0, tree.Count).Select(n => PathOf(tree, n));

    private static string PathOf(TokenTree tree, int node)
        => node == 0 ? "" : $"{PathOf(tree, tree[node].Parent)} {tree[node].Token}".Trim();
}
