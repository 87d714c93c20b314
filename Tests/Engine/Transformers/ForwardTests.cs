using NUnit.Framework;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Transformers;

/// <summary>The forward pass against a naive double-precision one that was written separately, from the model papers.</summary>
public sealed class ForwardTests
{
    /// <summary>
    /// Float32 arithmetic on sums of at most some hundred terms stays within 1e-4 of exact arithmetic for logits of
    /// standard deviation 3; the weights are the same numbers on both sides, whatever type they are stored in.
    /// </summary>
    private const double Tolerance = 1e-3;

    [TestCaseSource(typeof(CheckpointSpec), nameof(CheckpointSpec.Variants))]
    public void AChainHasTheLogitsOfTheNaivePass(CheckpointSpec spec)
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, chunkRows: 7);
        using KvCache cache = model.CreateCache(0);
        int[] tokens = Tokens(spec, 33);
        double[][] expected = NaiveTransformer.Load(checkpoint.Path).Logits(tokens);

        var batch = new TokenBatch();
        batch.AddChain(0, tokens);
        float[][] logits = TestModel.Logits(model, batch, cache);

        AssertClose(logits, expected);
    }

    [TestCaseSource(typeof(CheckpointSpec), nameof(CheckpointSpec.Variants))]
    public void ATreeHasTheLogitsOfItsPathsEachRunAlone(CheckpointSpec spec)
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, chunkRows: 16);
        int[] prefix = Tokens(spec, 11);
        (int[] tokens, int[] parents) = RandomTree(spec, 40);
        double[][] expected = NaiveTransformer.Load(checkpoint.Path).TreeLogits(prefix, tokens, parents);

        using KvCache cache = model.CreateCache(tokens.Length);
        float[][] logits = TreeLogits(model, cache, prefix, tokens, parents, [.. Enumerable.Range(prefix.Length, tokens.Length)]);

        AssertClose(logits, expected);
    }

    /// <summary>Prefill, one token at a time, a chain written as a tree in scattered slots: the same bits everywhere.</summary>
    [TestCaseSource(typeof(CheckpointSpec), nameof(CheckpointSpec.Variants))]
    public void ARowDoesNotDependOnItsBatchOrSlot(CheckpointSpec spec)
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path, chunkRows: 128);
        const int Length = 300;
        const int PrefixLength = 40;
        int[] tokens = Tokens(spec, Length);

        using KvCache wholeCache = model.CreateCache(0);
        var batch = new TokenBatch();
        batch.AddChain(0, tokens);
        float[][] whole = TestModel.Logits(model, batch, wholeCache);

        using KvCache stepCache = model.CreateCache(0);
        for (int i = 0; i < 60; i++)
        {
            batch.Clear();
            batch.AddChain(i, tokens.AsSpan(i, 1));
            Assert.That(TestModel.Logits(model, batch, stepCache)[0], Is.EqualTo(whole[i]), $"token {i} alone");
            stepCache.CommitChain(1);
        }

        // The same chain below the prefix as the last of many branches of a tree, in slots far apart.
        const int Depth = 25;
        const int Others = 700;
        (int[] otherTokens, int[] otherParents) = RandomTree(spec, Others);
        int[] treeTokens = [.. otherTokens, .. tokens.AsSpan(PrefixLength, Depth)];
        int[] parents = [.. otherParents, -1, .. Enumerable.Range(Others, Depth - 1)];
        int[] slots = [.. Enumerable.Range(0, treeTokens.Length).Select(i => PrefixLength + (i * 37 % treeTokens.Length))];
        using KvCache treeCache = model.CreateCache(treeTokens.Length);
        float[][] tree = TreeLogits(model, treeCache, tokens[..PrefixLength], treeTokens, parents, slots);

        for (int i = 0; i < Depth; i++)
        {
            Assert.That(tree[Others + i], Is.EqualTo(whole[PrefixLength + i]), $"node {Others + i}");
        }
    }

    [Test]
    public void ACommittedPathIsAsGoodAsAChain()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Qwen3");
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        using Transformer model = TestModel.Load(checkpoint.Path);
        int[] text = Tokens(spec, 30);
        using KvCache cache = model.CreateCache(64);

        // The text's tokens 10…19 are nodes 5, 7, 9, … of a tree.
        int[] tokens = [.. Enumerable.Range(0, 30).Select(i => i >= 5 && i % 2 == 1 && i < 25 ? text[10 + ((i - 5) / 2)] : i)];
        int[] parents = [.. Enumerable.Range(0, 30).Select(i => i > 5 && i % 2 == 1 && i < 25 ? i - 2 : -1)];
        TreeLogits(model, cache, text[..10], tokens, parents, [.. Enumerable.Range(10, 30)]);
        cache.CommitPath([.. Enumerable.Range(0, 10).Select(i => 10 + 5 + (2 * i))]);
        var batch = new TokenBatch();
        batch.AddChain(20, text.AsSpan(20));
        float[][] logits = TestModel.Logits(model, batch, cache);

        AssertClose(logits, NaiveTransformer.Load(checkpoint.Path).Logits(text)[20..]);
    }

    [Test]
    public void OneTextAtATimeIsWrittenWithAModel()
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(CheckpointSpec.Variant("Llama2"));
        using Transformer model = TestModel.Load(checkpoint.Path);
        using (model.Acquire())
        {
            Assert.That(model.Acquire, Throws.InvalidOperationException.With.Message.Contains("Another text"));
        }

        Assert.That(() => model.Acquire().Dispose(), Throws.Nothing);
    }

    [Test]
    public void ABatchThatDoesNotFitIsRefused()
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(CheckpointSpec.Variant("Llama2"));
        using Transformer model = TestModel.Load(checkpoint.Path, contextLength: 8);
        using KvCache cache = model.CreateCache(2);
        var batch = new TokenBatch();

        Assert.That(() => model.Forward(batch, cache), Throws.ArgumentException.With.Message.Contains("no tokens"));
        batch.AddChain(0, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.That(() => model.Forward(batch, cache), Throws.ArgumentException.With.Message.Contains("context ends at 8"));
        batch.Clear();
        batch.AddChain(0, [97]);
        Assert.That(() => model.Forward(batch, cache), Throws.ArgumentException.With.Message.Contains("Token 97"));
        batch.Clear();
        batch.AddNode(1, 1, [10]);
        Assert.That(() => model.Forward(batch, cache), Throws.ArgumentException.With.Message.Contains("Slot 10"));
        batch.Clear();
        batch.AddNode(1, 1, [-3, 4]);
        Assert.That(() => model.Forward(batch, cache), Throws.ArgumentException.With.Message.Contains("Slot -3"));
        batch.Clear();
        batch.AddNode(1, 11, [4]);
        Assert.That(() => model.Forward(batch, cache), Throws.ArgumentException);
        Assert.That(() => batch.AddNode(1, 1, []), Throws.ArgumentException.With.Message.Contains("own slot"));
    }

    private static float[][] TreeLogits(
        Transformer model, KvCache cache, int[] prefix, int[] tokens, int[] parents, int[] slots)
    {
        var batch = new TokenBatch();
        batch.AddChain(0, prefix);
        model.Forward(batch, cache);
        cache.CommitChain(prefix.Length);

        batch.Clear();
        for (int node = 0; node < tokens.Length; node++)
        {
            List<int> path = [];
            for (int at = node; at >= 0; at = parents[at])
            {
                path.Insert(0, slots[at]);
            }

            batch.AddNode(tokens[node], prefix.Length, [.. path]);
        }

        return TestModel.Logits(model, batch, cache);
    }

    private static int[] Tokens(CheckpointSpec spec, int count)
    {
        var random = new Random(spec.Seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(spec.Vocabulary))];
    }

    private static (int[] Tokens, int[] Parents) RandomTree(CheckpointSpec spec, int count)
    {
        var random = new Random(spec.Seed + 1);
        int[] parents = [.. Enumerable.Range(0, count).Select(i => random.Next(Math.Max(-1, i - 9), i))];
        return ([.. Enumerable.Range(0, count).Select(_ => random.Next(spec.Vocabulary))], parents);
    }

    private static void AssertClose(float[][] actual, double[][] expected)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (int row = 0; row < actual.Length; row++)
        {
            Assert.That(actual[row], Is.All.Matches<float>(float.IsFinite), $"row {row}"); // a maximum passes over NaN
            double error = actual[row].Zip(expected[row], (a, e) => Math.Abs(a - e)).Max();
            Assert.That(error, Is.LessThanOrEqualTo(Tolerance), $"row {row}");
        }
    }
}
