using NUnit.Framework;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Generation;

/// <summary>Speculated text has the target's distribution: many texts against the one computed exactly.</summary>
public sealed class DistributionTests
{
    private const int Walks = 200_000;

    private static readonly CheckpointSpec Spec = CheckpointSpec.Variant("Llama2") with { Vocabulary = 13, LogitDeviation = 1.5 };

    [Test]
    public void TwoTokenContinuationsHaveTheTargetsDistribution()
    {
        using ModelPair pair = ModelPair.Random(Spec);
        int[] prompt = [4, 7, 1];
        var sampling = new SamplingOptions { Temperature = 0.9, TopP = 0.95, RepetitionPenalty = 1.2, PresencePenalty = 0.3 };
        var treeOptions = new TreeOptions { Budget = 12, BatchSize = 4, MaxDepth = 2 };
        using var target = new TargetModel(pair.Target, treeOptions.Budget);
        using var draft = new DraftModel(pair.Draft, treeOptions, Spec.Vocabulary);

        var history = new TokenHistory(prompt);
        target.Prefill(history, default);
        draft.Start(history, default);
        TokenTree tree = new TreeBuilder(draft, treeOptions).Build(prompt[^1]);
        target.Score(tree, default);
        var first = new RowsOfOnePass(target, tree.Count);
        var second = new SecondPasses(pair.Target, prompt);

        using RandomCheckpoint oracleCheckpoint = RandomCheckpoint.Create(Spec);
        ExactContinuations exact = ExactContinuations.Of(
            NaiveTransformer.Load(oracleCheckpoint.Path),
            new NaiveSampler { Temperature = 0.9, TopP = 0.95, RepetitionPenalty = 1.2, PresencePenalty = 0.3 },
            prompt);
        long[] counts = new long[exact.Probabilities.Length];
        long[] biasedCounts = new long[exact.Probabilities.Length];
        int accepted = 0;
        for (int seed = 0; seed < Walks; seed++)
        {
            var text = new TokenHistory(prompt);
            var walk = new TreeWalk(new Sampler(sampling with { Seed = (ulong)seed }, Spec.Vocabulary));
            accepted += walk.Down(tree, first, text, _ => text.Count < prompt.Length + 2).Count;
            if (text.Count < prompt.Length + 2)
            {
                walk.Down(TokenTree.RootOnly(text.Tokens[^1]), second.After(text.Tokens[^1]), text, _ => false);
            }

            int cell = exact.CellOf(text.Tokens[^2], text.Tokens[^1]);
            counts[cell]++;

            // A walk that one time in fifty puts up with a drafted token instead of drawing.
            biasedCounts[seed % 50 == 0 ? exact.CellOf(tree[1].Token, text.Tokens[^1]) : cell]++;
        }

        var test = ChiSquare.Test(counts, exact.Probabilities);
        TestContext.Out.WriteLine($"chi-square {test.Statistic:F1} at {test.DegreesOfFreedom} degrees of freedom, p = {test.PValue:F3}; {accepted} nodes accepted");
        Assert.That(accepted, Is.InRange(Walks / 4, Walks), "some walks leave the tree early, some do not");
        Assert.That(test.DegreesOfFreedom, Is.GreaterThan(40));
        Assert.That(test.PValue, Is.GreaterThan(0.001), "the seeds are fixed, so this cannot flicker");
        Assert.That(ChiSquare.Test(biasedCounts, exact.Probabilities).PValue, Is.LessThan(1e-6), "a small preference for the draft is noticed");
    }

    /// <summary>All rows of a pass, read at once: the model's activations belong to the next pass soon.</summary>
    private sealed class RowsOfOnePass(TargetModel target, int nodes) : INodeLogits
    {
        private readonly float[][] _rows = [.. Enumerable.Range(0, nodes).Select(n => target.LogitsAfter(n).ToArray())];

        public ReadOnlySpan<float> LogitsAfter(int node) => _rows[node];
    }

    /// <summary>The next pass after a text that left the tree with its first token.</summary>
    private sealed class SecondPasses(Transformer model, int[] prompt)
    {
        private readonly Dictionary<int, RowsOfOnePass> _passes = [];

        public INodeLogits After(int token)
        {
            if (!_passes.TryGetValue(token, out RowsOfOnePass? pass))
            {
                using var target = new TargetModel(model, 0);
                target.Prefill(new TokenHistory([.. prompt, token]), default);
                target.Score(TokenTree.RootOnly(token), default);
                _passes[token] = pass = new RowsOfOnePass(target, nodes: 1);
            }

            return pass;
        }
    }
}
