using NUnit.Framework;
using SpecExecNative.Engine;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Tests.Oracles;

namespace SpecExecNative.Tests.Engine.Evaluation;

public sealed class CoverageRunTests
{
    private const int Opening = 5;
    private const int Context = 40;

    private static readonly int[] Ranks = [1, 3, 10, 97];
    private static readonly CheckpointSpec Spec = CheckpointSpec.Variant("Llama2");

    /// <summary>Window by window, row by row, with the naive transformer's logits; the tolerance is what theirs may differ by.</summary>
    [Test]
    public void CoverageIsTheMeanOverAllPositions([Values(0.6, 1)] double temperature)
    {
        using RandomCheckpoint large = RandomCheckpoint.Create(Spec);
        using RandomCheckpoint small = large.RelatedDraft(0.1);
        using Transformer target = TestModel.Load(large.Path, Context);
        using Transformer draft = TestModel.Load(small.Path, Context);
        int[] tokens = [.. Enumerable.Range(0, 100).Select(i => i * 31 % 97)];
        IReadOnlyList<MeanEstimate> result = new CoverageRun(target, draft, 97).Score(Windows(tokens), temperature, Ranks);

        double[] sums = new double[Ranks.Length];
        double[] masses = new double[Ranks.Length];
        for (int first = 0; first < tokens.Length; first += Context)
        {
            int[] inputs = [Opening, .. tokens.Skip(first).Take(Math.Min(Context, tokens.Length - first) - 1)];
            (float[][] p, float[][] q) = (Logits(target, inputs), Logits(draft, inputs));
            for (int row = 0; row < inputs.Length; row++)
            {
                LogitRows.Coverage(p[row], q[row], temperature, Ranks, masses);
                for (int i = 0; i < sums.Length; i++)
                {
                    sums[i] += masses[i];
                }
            }
        }

        Assert.That(result.Select(r => r.Mean), Is.EqualTo(sums.Select(sum => sum / tokens.Length)).AsCollection.Within(1e-6));
        Assert.That(result.Select(r => r.Mean), Is.Ordered);
        Assert.That(result[^1].Mean, Is.EqualTo(1).Within(1e-9), "the whole vocabulary covers everything");
    }

    /// <summary>A draft that is the target knows its most likely token.</summary>
    [Test]
    public void AModelCoversItsOwnChoice()
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(Spec);
        using Transformer target = TestModel.Load(checkpoint.Path, Context);
        using Transformer draft = TestModel.Load(checkpoint.Path, Context);
        IReadOnlyList<MeanEstimate> result = new CoverageRun(target, draft, 97).Score(Windows([1, 2, 3, 4]), 0, [1, 2]);
        Assert.That(result.Select(r => r.Mean), Is.All.EqualTo(1));
    }

    [Test]
    public void WhatMakesNoSenseIsRefused()
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(Spec);
        using Transformer target = TestModel.Load(checkpoint.Path, Context);
        using Transformer draft = TestModel.Load(checkpoint.Path, Context);
        var run = new CoverageRun(target, draft, 50);
        TextWindows windows = Windows([1, 2, 3]);
        Assert.Multiple(() =>
        {
            Assert.Throws<OptionException>(() => run.Score(windows, -1, [1]));
            Assert.Throws<OptionException>(() => run.Score(windows, 1, [2, 1]));
            Assert.Throws<OptionException>(() => run.Score(windows, 1, []));
            Assert.Throws<EvaluationTextException>(() => run.Score(Windows([1, 60]), 1, [1]));
            Assert.Throws<ArgumentOutOfRangeException>(() => _ = new CoverageRun(target, draft, 98));
            Assert.Throws<InvalidOperationException>(() => new CoverageRun(target, target, 50).Score(windows, 1, [1]));
        });
    }

    private static TextWindows Windows(int[] tokens) => new(new TokenizedText(tokens, Opening), new PerplexityOptions { ContextLength = Context });

    private static float[][] Logits(Transformer model, int[] inputs)
    {
        TokenBatch batch = new();
        batch.AddChain(0, inputs);
        using KvCache cache = model.CreateCache(0);
        return TestModel.Logits(model, batch, cache);
    }
}
