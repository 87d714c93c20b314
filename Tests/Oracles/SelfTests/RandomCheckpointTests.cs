using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

public sealed class RandomCheckpointTests
{
    private static readonly int[] Tokens = [1, 50, 7, 7, 23, 96, 0, 61, 14, 88, 35, 2, 70, 19, 42, 5];

    [TestCaseSource(typeof(CheckpointSpec), nameof(CheckpointSpec.Variants))]
    public void EveryTensorMovesTheLogits(CheckpointSpec spec)
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        string file = Path.Combine(checkpoint.Path, "model.safetensors");
        Dictionary<string, double[]> original = OracleTensors.Read(file);
        double[][] expected = NaiveTransformer.Load(checkpoint.Path).Logits(Tokens);
        Assert.That(expected.SelectMany(row => row), Has.All.Matches<double>(double.IsFinite));

        foreach (string name in original.Keys)
        {
            // Reversing the elements keeps the tensor's statistics and changes nothing else.
            OracleTensors.Write(
                file,
                original.Select(t => (t.Key, new[] { t.Value.Length }, t.Key == name ? [.. t.Value.Reverse()] : t.Value)),
                spec.DType);
            double[][] changed = NaiveTransformer.Load(checkpoint.Path).Logits(Tokens);
            double difference = expected.Zip(changed, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();

            // Two orders above the errors that the engine's tests tolerate, so a skipped tensor cannot hide there.
            Assert.That(difference, Is.GreaterThan(0.1), name);
        }
    }

    [Test]
    public void SameSpecGivesTheSameBytesAndAnotherSeedDoesNot()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Qwen3");
        using RandomCheckpoint first = RandomCheckpoint.Create(spec);
        using RandomCheckpoint again = RandomCheckpoint.Create(spec);
        using RandomCheckpoint other = RandomCheckpoint.Create(spec with { Seed = spec.Seed + 1 });
        Assert.That(Bytes(again), Is.EqualTo(Bytes(first)));
        Assert.That(Bytes(other), Is.Not.EqualTo(Bytes(first)));
    }

    [TestCase("Llama2")]
    [TestCase("Llama32Tied")]
    public void LogitDeviationSetsHowPeakedTheModelIs(string variant)
    {
        CheckpointSpec spec = CheckpointSpec.Variant(variant);
        double[] entropies = [.. new[] { 1.0, 3.0, 6.0 }.Select(deviation => MeanEntropy(spec with { LogitDeviation = deviation }))];
        double uniform = Math.Log(spec.Vocabulary);
        Assert.That(entropies[0], Is.InRange(0.8 * uniform, uniform));
        Assert.That(entropies[1], Is.InRange(0.25 * uniform, 0.7 * uniform));
        Assert.That(entropies[2], Is.LessThan(0.35 * uniform));
    }

    [TestCaseSource(typeof(CheckpointSpec), nameof(CheckpointSpec.Variants))]
    public void ARelatedDraftFollowsItsTargetTheCloserTheLessNoiseItHas(CheckpointSpec spec)
    {
        using RandomCheckpoint target = RandomCheckpoint.Create(spec);
        double[] overlaps = [.. new[] { 0.02, 0.1, 1.0 }.Select(noise =>
        {
            using RandomCheckpoint draft = target.RelatedDraft(noise);
            return MeanOverlap(target, draft);
        })];
        Assert.That(overlaps, Is.Ordered.Descending);
        Assert.That(overlaps[0], Is.GreaterThan(0.85), "2 % noise");
        Assert.That(overlaps[1], Is.GreaterThan(0.5), "10 % noise");
        Assert.That(overlaps[2], Is.LessThan(0.2), "100 % noise");
        using RandomCheckpoint shallow = target.RelatedDraft(noise: 0, spec.Layers - 1);
        Assert.That(MeanOverlap(target, shallow), Is.InRange(0.4, 0.9), "one layer fewer");
    }

    [Test]
    public void ADraftWithFewerLayersSharesTheOnesItHas()
    {
        using RandomCheckpoint target = RandomCheckpoint.Create(CheckpointSpec.Variant("Llama2"));
        using RandomCheckpoint draft = target.RelatedDraft(noise: 0, layers: 1);
        Dictionary<string, double[]> all = OracleTensors.Read(Path.Combine(target.Path, "model.safetensors"));
        Dictionary<string, double[]> some = OracleTensors.Read(Path.Combine(draft.Path, "model.safetensors"));
        Assert.That(all.Keys.Except(some.Keys), Is.Not.Empty.And.All.StartsWith("model.layers.1."));
        Assert.That(some.All(tensor => tensor.Value.SequenceEqual(all[tensor.Key])), Is.True);
        Assert.That(NaiveTransformer.Load(draft.Path).Config.Layers, Is.EqualTo(1));
    }

    [Test]
    public void DisposingRemovesTheDirectory()
    {
        RandomCheckpoint checkpoint = RandomCheckpoint.Create(CheckpointSpec.Variant("Llama2"));
        Assert.That(checkpoint.Path, Does.Exist);
        checkpoint.Dispose();
        Assert.That(checkpoint.Path, Does.Not.Exist);
    }

    private static byte[] Bytes(RandomCheckpoint checkpoint) => File.ReadAllBytes(Path.Combine(checkpoint.Path, "model.safetensors"));

    private static double MeanEntropy(CheckpointSpec spec)
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        return Distributions(checkpoint).Average(row => row.Sum(p => p > 0 ? -p * Math.Log(p) : 0));
    }

    /// <summary>Σ min(p, q), averaged over positions: 1 is equal, 0 is disjoint.</summary>
    private static double MeanOverlap(RandomCheckpoint target, RandomCheckpoint draft)
        => Distributions(target).Zip(Distributions(draft), (p, q) => p.Zip(q, Math.Min).Sum()).Average();

    private static double[][] Distributions(RandomCheckpoint checkpoint)
        => [.. NaiveTransformer.Load(checkpoint.Path).Logits(Tokens).Select(Softmax)];

    private static double[] Softmax(double[] logits)
    {
        double[] weights = [.. logits.Select(x => Math.Exp(x - logits.Max()))];
        return [.. weights.Select(w => w / weights.Sum())];
    }
}
