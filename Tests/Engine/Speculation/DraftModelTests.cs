using NUnit.Framework;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Tests.Engine.Generation;
using SpecExecNative.Tests.Kernels;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Speculation;

public sealed class DraftModelTests
{
    /// <summary>
    /// In the official code an accepted leaf that the draft had never computed leaves zeros in its KV cache for good. Here
    /// the draft's view of the text is that of a draft that has just read it, bit for bit, however the text came about.
    /// </summary>
    [TestCase("Llama2")]
    [TestCase("MistralWindow")]
    [TestCase("Qwen3")]
    public void AfterManyIterationsTheDraftKnowsTheTextAsIfItHadReadIt(string variant)
    {
        CheckpointSpec spec = CheckpointSpec.Variant(variant);
        using ModelPair pair = ModelPair.Random(spec);
        AssertKnowsTheText(spec, pair, pair.Draft);
    }

    /// <summary>The same where memory is short: slots are used again, and paths lie in them in any order. Here texts go on anywhere in the tree.</summary>
    [TestCase("Llama2")]
    [TestCase("MistralWindow")]
    public void SlotsThatAreUsedAgainLoseNothing(string variant)
    {
        CheckpointSpec spec = CheckpointSpec.Variant(variant);
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path);
        var options = new TreeOptions { Budget = 60, BatchSize = 24, BranchWidth = 16, MaxDepth = 8 };
        int usedAgain = 0;
        int outOfOrder = 0;
        for (int text = 0; text < 6; text++)
        {
            var random = new Random(text);
            var history = new TokenHistory([1, 5, 9]);
            using var draft = new DraftModel(model, options, spec.Vocabulary);
            draft.Start(history, default);
            var builder = new TreeBuilder(new FickleDraft(draft, options.Budget + 1, () => usedAgain++), options);
            while (history.Count + options.MaxDepth + 2 < model.ContextLength)
            {
                TokenTree tree = builder.Build(history.Tokens[^1]);
                AssertSameTree(tree, FreshTree(model, options, history, spec, fresh => new FickleDraft(fresh, fresh.MaxNodes, () => { })));

                int[] path = PathTo(tree, random.Next(tree.Count));
                int[] slots = Array.ConvertAll(path, node => tree[node].DraftSlot);
                outOfOrder += slots.Zip(slots.Skip(1)).Count(pair => pair.Second != TreeNode.NotComputed && pair.Second < pair.First);
                Array.ForEach(path, node => history.Add(tree[node].Token));
                history.Add(random.Next(spec.Vocabulary));
                draft.Commit(tree, path);
            }
        }

        Assert.That(usedAgain, Is.GreaterThan(20), "for this to mean anything");
        Assert.That(outOfOrder, Is.GreaterThan(0), "and for this, too");
    }

    /// <summary>
    /// The same where steps are captured with the arguments they had the second time, and replayed with other contents;
    /// and where somebody else makes the model's memory move in between.
    /// </summary>
    [TestCase("Llama2", false)]
    [TestCase("MistralWindow", false)]
    [TestCase("Llama2", true)]
    public void CapturedStepsProposeWhatStepsPropose(string variant, bool memoryMoves)
    {
        CheckpointSpec spec = CheckpointSpec.Variant(variant);
        using ModelPair prompt = ModelPair.Random(spec);
        using ModelPair late = ModelPair.Random(spec, device: new DeferredDevice(TestModel.Device));
        int before = DeferredQueue.Replays;

        AssertKnowsTheText(spec, late, prompt.Draft, memoryMoves ? () => RunLongPass(late.Draft) : null);

        Assert.That(DeferredQueue.Replays - before, Is.GreaterThan(50), "most steps must be replays for this to mean anything");
    }

    /// <summary>A step that is wider than all before makes the memory move that earlier steps were captured with.</summary>
    [Test]
    public void StepsCapturedBeforeAWiderOneAreForgotten()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer prompt = TestModel.Load(checkpoint.Path);
        using Transformer late = TestModel.Load(checkpoint.Path, chunkRows: 2, device: new DeferredDevice(TestModel.Device));
        var options = new TreeOptions { Budget = 60, BatchSize = 16, BranchWidth = 8 };
        var history = new TokenHistory([1, 5]);
        using var draft = new DraftModel(late, options, spec.Vocabulary);
        draft.Start(history, default);
        var builder = new TreeBuilder(draft, options);
        TokenTree expected = FreshTree(prompt, options, history, spec);
        for (int i = 0; i < 3; i++)
        {
            builder.Build(history.Tokens[^1], depthLimit: 1); // the root alone: captured
        }

        AssertSameTree(builder.Build(history.Tokens[^1]), expected); // up to 16 nodes in a step
        AssertSameTree(builder.Build(history.Tokens[^1]), expected);
    }

    [Test]
    public void ADraftWithASmallerVocabularySurvivesTokensItDoesNotKnow()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint small = RandomCheckpoint.Create(spec with { Vocabulary = 50 });
        using Transformer model = TestModel.Load(small.Path);
        var options = new TreeOptions { Budget = 10, BatchSize = 2 };
        using var draft = new DraftModel(model, options, sharedVocabulary: 40);
        draft.Start(new TokenHistory([1, 96, 2]), default);

        TokenTree tree = new TreeBuilder(draft, options).Build(2);

        Assert.That(tree.Count, Is.EqualTo(11));
        Assert.That(Enumerable.Range(1, 10).Select(n => tree[n].Token), Is.All.LessThan(40), "only shared tokens are proposed");
    }

    [Test]
    public void ABrokenDraftIsReported()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec with { LogitDeviation = double.NaN });
        using Transformer model = TestModel.Load(checkpoint.Path);
        var options = new TreeOptions { Budget = 20, BatchSize = 4 };
        using var draft = new DraftModel(model, options, spec.Vocabulary);
        draft.Start(new TokenHistory([1, 2, 3]), default);

        Assert.That(
            () => new TreeBuilder(draft, options).Build(3),
            Throws.TypeOf<InvalidLogitsException>().With.Message.Contains("draft"));
    }

    [Test]
    public void ATreeCanBeBegunAgainForTheSameText()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path);
        var options = new TreeOptions { Budget = 20, BatchSize = 4 };
        using var draft = new DraftModel(model, options, spec.Vocabulary);
        draft.Start(new TokenHistory([1, 2, 3]), default);
        var builder = new TreeBuilder(draft, options);

        TokenTree first = builder.Build(3);

        AssertSameTree(builder.Build(3), first);
    }

    [Test]
    public void WhereTheDraftsContextEndsItStopsDrafting()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama2");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, contextLength: 16);
        var options = new TreeOptions { Budget = 40, BatchSize = 4 };
        using var draft = new DraftModel(model, options, spec.Vocabulary);
        var builder = new TreeBuilder(draft, options);

        draft.Start(new TokenHistory([.. Enumerable.Range(1, 14)]), default);
        Assert.That(builder.Build(14).Depth, Is.EqualTo(2));

        draft.Start(new TokenHistory([.. Enumerable.Range(1, 30)]), default);
        draft.Prefill();
        Assert.That(builder.Build(30).Count, Is.EqualTo(1));
    }

    private static void AssertKnowsTheText(CheckpointSpec spec, ModelPair pair, Transformer reference, Action? halfWay = null)
    {
        var options = new TreeOptions { Budget = 24, BatchSize = 3, BranchWidth = 8, MaxDepth = 3 };
        var history = new TokenHistory([1, 5, 9]);
        using var target = new TargetModel(pair.Target, options.Budget);
        using var draft = new DraftModel(pair.Draft, options, spec.Vocabulary);
        var builder = new TreeBuilder(draft, options);
        var walk = new TreeWalk(new Sampler(new SamplingOptions { Temperature = 0.8, Seed = 4 }, spec.Vocabulary));
        target.Prefill(history, default);
        draft.Start(history, default);
        int accepted = 0;
        int leaves = 0;

        for (int iteration = 0; iteration < 25; iteration++)
        {
            if (iteration == 12)
            {
                halfWay?.Invoke();
            }

            TokenTree tree = builder.Build(history.Tokens[^1]);
            AssertSameTree(tree, FreshTree(reference, options, history, spec));

            target.Score(tree, default);
            IReadOnlyList<int> path = walk.Down(tree, target, history, _ => true);
            target.Commit(path);
            draft.Commit(tree, path);
            accepted += path.Count;
            leaves += path.Count(n => tree[n].DraftSlot == TreeNode.NotComputed);
            Assert.That(target.CachedTokens, Is.EqualTo(history.Count - 1));
        }

        Assert.That(accepted, Is.GreaterThan(20), "paths must be accepted for this to mean anything");
        Assert.That(leaves, Is.GreaterThan(0), "and some must end in leaves that the draft never computed");
    }

    /// <summary>Someone else's pass over the same model, wider than any before it.</summary>
    private static void RunLongPass(Transformer model)
    {
        using KvCache cache = model.CreateCache(treeSlots: 0);
        var batch = new TokenBatch();
        batch.AddChain(0, new int[model.ContextLength]);
        model.Forward(batch, cache);
    }

    private static TokenTree FreshTree(Transformer model, TreeOptions options, TokenHistory history, CheckpointSpec spec, Func<DraftModel, ITreeDraft>? wrap = null)
    {
        using var fresh = new DraftModel(model, options, spec.Vocabulary);
        fresh.Start(history, default);
        fresh.Prefill();
        return new TreeBuilder(wrap?.Invoke(fresh) ?? fresh, options).Build(history.Tokens[^1]);
    }

    private static int[] PathTo(TokenTree tree, int node)
    {
        List<int> path = [];
        for (int at = node; at > 0; at = tree[at].Parent)
        {
            path.Insert(0, at);
        }

        return [.. path];
    }

    private static void AssertSameTree(TokenTree actual, TokenTree expected)
    {
        Assert.That(
            Enumerable.Range(0, actual.Count).Select(n => actual[n] with { DraftSlot = 0 }),
            Is.EqualTo(Enumerable.Range(0, expected.Count).Select(n => expected[n] with { DraftSlot = 0 })));
    }

    /// <summary>A model with less memory than it has, that is sure of itself behind some tokens and not behind others: many bets on its trees are lost.</summary>
    private sealed class FickleDraft(DraftModel draft, int maxNodes, Action usedAgain) : ITreeDraft
    {
        public int Vocabulary => draft.Vocabulary;

        public int MaxNodes => maxNodes;

        public int BeginTree() => draft.BeginTree();

        public void Expand(IReadOnlyList<TreeNode> tree, ReadOnlySpan<int> nodes, Span<int> slots, DraftChildren children)
        {
            foreach (int slot in slots)
            {
                if (slot != TreeNode.NotComputed)
                {
                    usedAgain();
                }
            }

            draft.Expand(tree, nodes, slots, children);
            for (int i = 0; i < nodes.Length; i++)
            {
                if (tree[nodes[i]].Token % 2 == 0)
                {
                    const float Sure = -0.05f;
                    const float Doubt = 3;
                    Span<float> row = children.LogProbabilities(i);
                    System.Numerics.Tensors.TensorPrimitives.Subtract(row, Doubt, row);
                    row[0] = Sure;
                }
            }
        }
    }
}
