using NUnit.Framework;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Speculation.Sampled;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Speculation.Sampled;

/// <summary>
/// Texts of three tokens, drafted, verified and drafted again as the generation loop does it: their joint distribution
/// against the target's, computed exactly.
/// </summary>
public sealed class SampledDistributionTests
{
    private const int Vocabulary = 5;
    private const int Length = 3;
    private const int FirstSeed = 1_000_000;
    private const int Texts = 60_000;

    private static readonly int[] Prompt = [2, 0];

    private static readonly SamplingOptions Plain = new();
    private static readonly SamplingOptions Filtered = new() { Temperature = 0.6, TopP = 0.9 };
    private static readonly SamplingOptions Penalised = new()
    {
        Temperature = 0.8,
        TopK = 4,
        RepetitionPenalty = 1.3,
        PresencePenalty = 0.4,
        FrequencyPenalty = 0.2,
        LogitBias = new Dictionary<int, double> { [1] = 0.5 },
    };

    private static readonly TreeOptions Single = new() { Budget = 1, MaxDepth = 1, BatchSize = 1, BranchWidth = Vocabulary };
    private static readonly TreeOptions Line = new() { Budget = 3, MaxDepth = 3, BatchSize = 1, BranchWidth = Vocabulary };
    private static readonly TreeOptions Bush = new() { Budget = 7, MaxDepth = 2, BatchSize = 3, BranchWidth = Vocabulary };
    private static readonly TreeOptions Large = new() { Budget = 24, MaxDepth = 4, BatchSize = 8, BranchWidth = Vocabulary };
    private static readonly TreeOptions Narrow = Bush with { BranchWidth = 2 };

    private static IEnumerable<TestCaseData> Cases()
    {
        static TestCaseData Case(string pair, string sampling, SamplingOptions options, string shape, TreeOptions tree)
            => new TestCaseData(pair, options, tree).SetName($"TextsHaveTheTargetsDistribution({pair}, {sampling}, {shape})");

        foreach ((string name, TreeOptions tree) in new[] { ("single", Single), ("line", Line), ("bush", Bush), ("large", Large), ("two children known", Narrow) })
        {
            yield return Case("related", "T 1", Plain, name, tree);
            yield return Case("related", "T 0.6 top-p 0.9", Filtered, name, tree);
        }

        foreach (string pair in new[] { "unrelated", "disjoint", "overlapping", "equal", "sure draft" })
        {
            yield return Case(pair, "T 1", Plain, "bush", Bush);
            yield return Case(pair, "T 0.6 top-p 0.9", Filtered, "large", Large);
        }

        yield return Case("related", "penalties", Penalised, "large", Large);
    }

    [TestCaseSource(nameof(Cases))]
    public void TextsHaveTheTargetsDistribution(string pair, SamplingOptions sampling, TreeOptions tree)
    {
        (Func<IReadOnlyList<int>, float[]> target, FunctionDraft draft) = Pair(pair);
        double[] exact = Exact(target, sampling);
        long[] counts = new long[exact.Length];
        long[] biasedCounts = new long[exact.Length];
        int accepted = 0;
        for (int seed = FirstSeed; seed < FirstSeed + Texts; seed++)
        {
            (int[] text, int firstDrafted, int nodes) = Write(target, draft, sampling with { Seed = (ulong)seed }, tree);
            accepted += nodes;
            counts[CellOf(text)]++;

            // One time in twenty the drafted token is put up with, in place of a verified one.
            biasedCounts[seed % 20 == 0 ? CellOf([firstDrafted, .. text[1..]]) : CellOf(text)]++;
        }

        var test = ChiSquare.Test(counts, exact);
        TestContext.Out.WriteLine($"chi-square {test.Statistic:F1} at {test.DegreesOfFreedom} degrees of freedom, p = {test.PValue:F4}; {(double)accepted / Texts:F2} nodes accepted per text");
        Assert.That(test.PValue, Is.GreaterThan(0.001), "the seeds are fixed, so this cannot flicker");
        Assert.That(test.DegreesOfFreedom, Is.GreaterThan(5));
        Assert.That(accepted, pair == "disjoint" ? Is.Zero : Is.GreaterThan(Texts / 10));
        if (pair is not ("equal" or "related"))
        {
            Assert.That(ChiSquare.Test(biasedCounts, exact).PValue, Is.LessThan(1e-4), "a small preference for the draft is noticed");
        }
    }

    /// <summary>At temperature 0 the target has one text, and the draft is sampled all the same.</summary>
    [Test]
    public void AGreedyTextIsTheTargets()
    {
        (Func<IReadOnlyList<int>, float[]> target, FunctionDraft draft) = Pair("related");
        List<int> expected = [];
        while (expected.Count < Length)
        {
            expected.Add(NaiveTransformer.Argmax([.. target(expected).Select(l => (double)l)]));
        }

        int accepted = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            (int[] text, _, int nodes) = Write(target, draft, new SamplingOptions { Temperature = 0, Seed = seed }, Large);
            accepted += nodes;
            Assert.That(text, Is.EqualTo(expected));
        }

        Assert.That(accepted, Is.GreaterThan(200));
    }

    private static (int[] Text, int FirstDrafted, int Accepted) Write(
        Func<IReadOnlyList<int>, float[]> target, FunctionDraft draft, SamplingOptions sampling, TreeOptions options)
    {
        var history = new TokenHistory(Prompt);
        var proposals = new TreeProposals();
        var builder = new SampledTreeBuilder(new Behind(draft, history), options, sampling, history, proposals);
        var walk = new MultiStepWalk(sampling, Vocabulary, proposals);
        int firstDrafted = -1;
        int accepted = 0;
        while (history.Count < Prompt.Length + Length)
        {
            TokenTree tree = builder.Build(history.Tokens[^1], options.Budget, int.MaxValue, 0, default);
            Assert.That(tree.Count - 1, Is.InRange(1, options.Budget));
            firstDrafted = firstDrafted < 0 ? tree[1].Token : firstDrafted;
            var logits = new Logits(target, tree, [.. history.Tokens[Prompt.Length..]]);
            accepted += walk.Down(tree, logits, history, _ => history.Count < Prompt.Length + Length, default).Count;
        }

        return ([.. history.Tokens[Prompt.Length..]], firstDrafted, accepted);
    }

    private static double[] Exact(Func<IReadOnlyList<int>, float[]> target, SamplingOptions sampling)
    {
        var sampler = new NaiveSampler
        {
            Temperature = sampling.Temperature,
            TopK = sampling.TopK,
            TopP = sampling.TopP,
            RepetitionPenalty = sampling.RepetitionPenalty,
            PresencePenalty = sampling.PresencePenalty,
            FrequencyPenalty = sampling.FrequencyPenalty,
            LogitBias = sampling.LogitBias,
        };
        double[] exact = new double[(int)Math.Pow(Vocabulary, Length)];
        Add([], 1);
        return exact;

        void Add(List<int> text, double probability)
        {
            if (text.Count == Length)
            {
                exact[CellOf([.. text])] = probability;
                return;
            }

            double[] next = sampler.Probabilities([.. target(text).Select(l => (double)l)], Prompt, text);
            for (int token = 0; token < Vocabulary; token++)
            {
                Add([.. text, token], probability * next[token]);
            }
        }
    }

    private static int CellOf(int[] text) => text.Aggregate(0, (cell, token) => (cell * Vocabulary) + token);

    /// <summary>Target logits and draft log-probabilities, as functions of the tokens generated so far.</summary>
    private static (Func<IReadOnlyList<int>, float[]> Target, FunctionDraft Draft) Pair(string name)
    {
        const float Never = -100; // finite, as a model's logits are; e^-100 is no token in the lifetime of a test
        float[] Row(int seed, IReadOnlyList<int> text, double sharpness)
        {
            var random = new Random(text.Aggregate(seed, (h, t) => unchecked((h * 31) + t + 17)));
            return [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)(sharpness * (random.NextDouble() - 0.5)))];
        }

        float[] Only(float[] row, params int[] tokens) => [.. row.Select((l, t) => tokens.Contains(t) ? l : Never)];
        Func<IReadOnlyList<int>, float[]> target = Memoised(text => name switch
        {
            "disjoint" => Only(Row(1, text, 3), 0, 2, 4),
            "overlapping" => Only(Row(1, text, 3), 0, 1, 2),
            _ => Row(1, text, 4),
        });
        Func<IReadOnlyList<int>, float[]> draft = Memoised(text => name switch
        {
            "disjoint" => Only(Row(2, text, 3), 1, 3),
            "overlapping" => Only(Row(2, text, 3), 1, 2, 3),
            "equal" => Row(1, text, 4),
            "sure draft" => Row(2, text, 30),
            "unrelated" => Row(2, text, 4),
            _ => [.. Row(1, text, 4).Zip(Row(2, text, 2), (l, noise) => l + noise)],
        });
        return (target, new FunctionDraft(Vocabulary, path =>
        {
            float[] row = draft(path);
            double logSum = Math.Log(row.Sum(l => Math.Exp(l)));
            return [.. row.Select(l => l - logSum)];
        }));
    }

    private static Func<IReadOnlyList<int>, float[]> Memoised(Func<IReadOnlyList<int>, float[]> function)
    {
        Dictionary<int, float[]> known = [];
        return text =>
        {
            int key = text.Aggregate(1, (h, t) => (h * Vocabulary) + t); // texts and trees are short: distinct
            return known.TryGetValue(key, out float[]? row) ? row : known[key] = function(text);
        };
    }

    /// <summary>A draft of continuations of the text so far, where a <see cref="FunctionDraft"/> knows paths from a root only.</summary>
    private sealed class Behind(FunctionDraft draft, TokenHistory history) : ITreeDraft
    {
        public int Vocabulary => draft.Vocabulary;

        public int MaxNodes => draft.MaxNodes;

        public int BeginTree() => draft.BeginTree();

        public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
        {
            ReadOnlySpan<int> text = history.Tokens[Prompt.Length..];
            List<TreeNode> whole = [TreeNode.Root(0)];
            foreach (int token in text)
            {
                whole.Add(new TreeNode(token, whole.Count - 1, whole.Count, 0, TreeNode.NotComputed));
            }

            int shift = whole.Count - 1;
            whole.AddRange(tree.Skip(1).Select(node => node with { Parent = node.Parent + shift }));
            int[] shifted = [.. nodes.ToArray().Select(node => node + shift)];
            draft.Expand(whole, shifted, slots, children);
        }
    }

    private sealed class Logits(Func<IReadOnlyList<int>, float[]> target, TokenTree tree, IReadOnlyList<int> text) : INodeLogits
    {
        public ReadOnlySpan<float> LogitsAfter(int node)
        {
            List<int> path = [];
            for (int at = node; at > 0; at = tree[at].Parent)
            {
                path.Add(tree[at].Token);
            }

            path.Reverse();
            return target([.. text, .. path]);
        }
    }
}
