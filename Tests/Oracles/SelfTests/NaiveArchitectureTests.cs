using NUnit.Framework;

namespace SpecExecNative.Tests.Oracles.SelfTests;

/// <summary>What the golden models do not show (they are plain Llamas): windows, biases, head norms, RoPE scaling.</summary>
public sealed class NaiveArchitectureTests
{
    // The published checkpoints' own values: 3.1-8B (h 128, factor 8) and 3.2-1B (h 64, factor 32), to seven digits.
    [TestCase(128, 8, 31, 8.567514e-4)]
    [TestCase(128, 8, 32, 5.248462e-4)]
    [TestCase(128, 8, 34, 1.785078e-4)]
    [TestCase(128, 8, 63, 3.068926e-7)]
    [TestCase(64, 32, 15, 1.290548e-3)]
    [TestCase(64, 32, 16, 4.295568e-4)]
    [TestCase(64, 32, 31, 9.418307e-8)]
    public void Llama3FrequenciesAreThoseOfThePublishedModels(int headDim, double factor, int index, double expected)
        => Assert.That(Llama3Frequency(headDim, factor, index), Is.EqualTo(expected).Within(5e-7 * expected));

    [TestCase(128, 8, 28)]
    [TestCase(64, 32, 14)]
    public void Llama3LeavesFrequenciesAloneUpToThePublishedModelsIndex(int headDim, double factor, int last)
    {
        Assert.That(Llama3Frequency(headDim, factor, last), Is.EqualTo(Math.Pow(500_000, -2.0 * last / headDim)));
        Assert.That(Llama3Frequency(headDim, factor, last + 1), Is.LessThan(Math.Pow(500_000, -2.0 * (last + 1) / headDim)));
    }

    [Test]
    public void BothSpellingsOfRopeGiveTheSameFrequencies()
    {
        CheckpointSpec spec = CheckpointSpec.Variant("Llama31") with { HeadDim = 10 };
        double[][] frequencies = [.. Enum.GetValues<RopeSpelling>().Select(spelling =>
        {
            using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec with { RopeSpelling = spelling });
            return OracleConfig.Read(checkpoint.Path).RopeFrequencies;
        })];
        double[] plain = [.. Enumerable.Range(0, 5).Select(i => Math.Pow(500_000, -i / 5.0))];
        Assert.That(frequencies[1], Is.EqualTo(frequencies[0]));
        Assert.That(frequencies[2], Is.EqualTo(frequencies[0]));
        Assert.That(frequencies[0][0], Is.EqualTo(1), "untouched");
        Assert.That(frequencies[0][1], Is.LessThan(plain[1]).And.GreaterThan(plain[1] / 8), "blended");
        Assert.That(frequencies[0][4], Is.EqualTo(plain[4] / 8).Within(1e-15), "divided");
    }

    [Test]
    public void AKeyIsVisibleIffItIsLessThanAWindowAway()
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(
            CheckpointSpec.Variant("MistralWindow") with { Layers = 1, SlidingWindow = 4 });
        NaiveTransformer model = NaiveTransformer.Load(checkpoint.Path);
        int[] tokens = [1, 50, 7, 23, 96, 61, 14];
        double[][] before = model.Logits(tokens);
        double[][] after = model.Logits([1, 50, 8, 23, 96, 61, 14]);
        bool[] changed = [.. before.Zip(after, (a, b) => !a.SequenceEqual(b))];
        Assert.That(changed, Is.EqualTo(new[] { false, false, true, true, true, true, false }));
    }

    [TestCase("Llama31", null, null)]
    [TestCase("MistralWindow", 7, 7)]
    [TestCase("MistralNemo", null, null)]
    [TestCase("Qwen2", null, null)]
    [TestCase("Qwen2WindowTied", null, 5, 5)]
    [TestCase("Qwen3", null, null)]
    [TestCase("Qwen3Transformers5", null, 5)]
    public void WindowsFollowEachArchitecturesOwnRule(string variant, params int?[] expected)
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(CheckpointSpec.Variant(variant));
        Assert.That(OracleConfig.Read(checkpoint.Path).Windows, Is.EqualTo(expected));
    }

    [TestCase("Qwen3", true)]
    [TestCase("Qwen2", false)]
    public void OnlyHeadNormsMakeTheScaleOfQueriesMeaningless(string variant, bool invariant)
    {
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(CheckpointSpec.Variant(variant) with { NormEpsilon = 1e-12 });
        string file = Path.Combine(checkpoint.Path, "model.safetensors");
        double[] before = NaiveTransformer.Load(checkpoint.Path).NextLogits([3, 1, 4, 15, 9]);
        OracleTensors.Write(
            file,
            OracleTensors.Read(file).Select(t => (
                t.Key, new[] { t.Value.Length }, t.Key.Contains("q_proj") ? [.. t.Value.Select(w => 8 * w)] : t.Value)),
            checkpoint.Spec.DType);
        double[] after = NaiveTransformer.Load(checkpoint.Path).NextLogits([3, 1, 4, 15, 9]);
        double difference = before.Zip(after, (a, b) => Math.Abs(a - b)).Max();
        Assert.That(difference, invariant ? Is.LessThan(1e-8) : Is.GreaterThan(0.1));
    }

    /// <summary>One layer, one head of two elements, identity projections, no MLP: small enough to write down.</summary>
    [TestCase("qwen2")]
    [TestCase("qwen3")]
    public void BiasesAndHeadNormsActBeforeTheRotationAsWrittenDown(string modelType)
    {
        CheckpointSpec spec = new()
        {
            Name = "Tiny",
            ModelType = modelType,
            Vocabulary = 3,
            Hidden = 2,
            Intermediate = 1,
            Layers = 1,
            QueryHeads = 1,
            KvHeads = 1,
            HeadDim = 2,
            NormEpsilon = 0,
        };
        using RandomCheckpoint checkpoint = RandomCheckpoint.Create(spec);
        const string Attention = "model.layers.0.self_attn.";
        Dictionary<string, double[]> tensors = new()
        {
            ["model.embed_tokens.weight"] = [3, 4, -1, 2, 0, 0],
            ["model.layers.0.input_layernorm.weight"] = [1, 1],
            [Attention + "q_proj.weight"] = [1, 0, 0, 1],
            [Attention + "k_proj.weight"] = [1, 0, 0, 1],
            [Attention + "v_proj.weight"] = [1, 0, 0, 1],
            [Attention + "o_proj.weight"] = [1, 0, 0, 1],
            [Attention + "q_proj.bias"] = [0.5, 0],
            [Attention + "k_proj.bias"] = [0, -0.25],
            [Attention + "v_proj.bias"] = [1, -1],
            [Attention + "q_norm.weight"] = [2, 0.5],
            [Attention + "k_norm.weight"] = [0.25, 1],
            ["model.layers.0.post_attention_layernorm.weight"] = [1, 1],
            ["model.layers.0.mlp.gate_proj.weight"] = [0, 0],
            ["model.layers.0.mlp.up_proj.weight"] = [0, 0],
            ["model.layers.0.mlp.down_proj.weight"] = [0, 0],
            ["model.norm.weight"] = [1, 1],
            ["lm_head.weight"] = [1, 0, 0, 1, 1, 1],
        };
        OracleTensors.Write(
            Path.Combine(checkpoint.Path, "model.safetensors"),
            tensors.Select(t => (t.Key, new[] { t.Value.Length }, t.Value)),
            OracleDType.F32);

        // Embeddings (3, 4) and (-1, 2) over their root mean squares.
        (double rms0, double rms1) = (Math.Sqrt(12.5), Math.Sqrt(2.5));
        (double x0, double y0, double x1, double y1) = (3 / rms0, 4 / rms0, -1 / rms1, 2 / rms1);
        bool bias = modelType == "qwen2";
        (double qx, double qy) = bias ? (x1 + 0.5, y1) : (2 * x1, 0.5 * y1);
        (double k0x, double k0y) = bias ? (x0, y0 - 0.25) : (0.25 * x0, y0);
        (double k1x, double k1y) = bias ? (x1, y1 - 0.25) : (0.25 * x1, y1);
        (double vx, double vy) = bias ? (1, -1) : (0, 0);

        // Query at position 1, turned by one radian; its own key is turned equally, so that score needs no rotation.
        double score0 = ((k0x * ((qx * Math.Cos(1)) - (qy * Math.Sin(1)))) + (k0y * ((qy * Math.Cos(1)) + (qx * Math.Sin(1))))) / Math.Sqrt(2);
        double score1 = ((k1x * qx) + (k1y * qy)) / Math.Sqrt(2);
        double p0 = 1 / (1 + Math.Exp(score1 - score0));
        double outX = -1 + (p0 * x0) + ((1 - p0) * x1) + vx;
        double outY = 2 + (p0 * y0) + ((1 - p0) * y1) + vy;
        double rms = Math.Sqrt(((outX * outX) + (outY * outY)) / 2);

        double[] logits = NaiveTransformer.Load(checkpoint.Path).NextLogits([0, 1]);
        Assert.That(logits, Is.EqualTo(new[] { outX / rms, outY / rms, (outX + outY) / rms }).Within(1e-12));
    }

    private static double Llama3Frequency(int headDim, double factor, int index)
        => OracleRope.Llama3(Math.Pow(500_000, -2.0 * index / headDim), factor, low: 1, high: 4, originalContext: 8192);
}
