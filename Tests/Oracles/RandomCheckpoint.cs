namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// A model directory with random weights (config.json, model.safetensors), in the system's folder for temporary files until disposed.
/// The weights are a function of the spec alone and are scaled so that every part of the network moves the logits:
/// attention is peaked, biases and norm weights differ from their neutral values, the first layer outweighs the embedding,
/// and later layers refine it (a draft that lacks the last one still resembles the target).
/// </summary>
public sealed class RandomCheckpoint : IDisposable
{
    private RandomCheckpoint(CheckpointSpec spec, double noise)
    {
        Spec = spec;
        Path = Directory.CreateTempSubdirectory("specexec-checkpoint-").FullName;
        CheckpointConfigWriter.Write(Path, spec);
        OracleTensors.Write(
            System.IO.Path.Combine(Path, "model.safetensors"),
            Tensors(spec).Select(t => (t.Name, t.Shape, Draw(spec.Seed, t, noise))),
            spec.DType);
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    public CheckpointSpec Spec { get; }

    /// <summary>Writes a checkpoint. The same spec gives the same bytes.</summary>
    public static RandomCheckpoint Create(CheckpointSpec spec) => new(spec, 0);

    /// <summary>
    /// A draft for this target: the same weights plus noise and, if asked, only the first layers.
    /// </summary>
    /// <param name="noise">Standard deviation of the noise as a fraction of each tensor's own; next-token distributions overlap by about 0.9 at 0.02, 0.65 at 0.1, hardly at 1.</param>
    /// <param name="layers">Null: as many as the target.</param>
    public RandomCheckpoint RelatedDraft(double noise, int? layers = null)
        => new(Spec with { Name = Spec.Name + "Draft", Layers = layers ?? Spec.Layers }, noise);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static IEnumerable<RandomTensor> Tensors(CheckpointSpec spec)
    {
        (int d, int f, int h) = (spec.Hidden, spec.Intermediate, spec.EffectiveHeadDim);
        (int queries, int keys) = (spec.QueryHeads * h, spec.EffectiveKvHeads * h);
        double logits = spec.LogitDeviation / Math.Sqrt(d);
        yield return new("model.embed_tokens.weight", [spec.Vocabulary, d], 0, logits);
        for (int layer = 0; layer < spec.Layers; layer++)
        {
            string attention = $"model.layers.{layer}.self_attn.";
            string mlp = $"model.layers.{layer}.mlp.";
            yield return NormWeight($"model.layers.{layer}.input_layernorm.weight", d);
            yield return Matrix(attention + "q_proj.weight", queries, d, 1.4);
            yield return Matrix(attention + "k_proj.weight", keys, d, 1.4);
            yield return Matrix(attention + "v_proj.weight", keys, d, 1);
            yield return Matrix(attention + "o_proj.weight", d, queries, 1.5 * logits / (layer + 1));
            if (spec.HasQkvBias)
            {
                yield return new(attention + "q_proj.bias", [queries], 0, 0.5);
                yield return new(attention + "k_proj.bias", [keys], 0, 0.5);
                yield return new(attention + "v_proj.bias", [keys], 0, 0.5);
            }

            if (spec.AttentionBias)
            {
                yield return new(attention + "o_proj.bias", [d], 0, 0.5 * logits);
            }

            if (spec.ModelType == "qwen3")
            {
                yield return new(attention + "q_norm.weight", [h], 1.4, 0.4);
                yield return new(attention + "k_norm.weight", [h], 1.4, 0.4);
            }

            yield return NormWeight($"model.layers.{layer}.post_attention_layernorm.weight", d);
            yield return Matrix(mlp + "gate_proj.weight", f, d, 1.5);
            yield return Matrix(mlp + "up_proj.weight", f, d, 1.5);
            yield return Matrix(mlp + "down_proj.weight", d, f, 1.5 * logits / (layer + 1));
        }

        yield return NormWeight("model.norm.weight", d);
        if (!spec.Tied)
        {
            yield return new("lm_head.weight", [spec.Vocabulary, d], 0, logits);
        }
    }

    /// <summary>Elements such that an input of unit variance gives outputs of the given standard deviation.</summary>
    private static RandomTensor Matrix(string name, int outputs, int inputs, double outputDeviation)
        => new(name, [outputs, inputs], 0, outputDeviation / Math.Sqrt(inputs));

    private static RandomTensor NormWeight(string name, int size) => new(name, [size], 1, 0.2);

    /// <summary>Each tensor has generators of its own, so a draft's weights agree with the target's whatever else it lacks.</summary>
    private static double[] Draw(int seed, RandomTensor tensor, double noise)
    {
        int nameHash = tensor.Name.Aggregate(17, (hash, character) => unchecked((hash * 31) + character));
        Random own = new(seed ^ nameHash);
        Random other = new(~seed ^ nameHash);
        double[] values = new double[tensor.Shape.Aggregate((a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = tensor.Mean + (tensor.Deviation * (Gaussian(own) + (noise * Gaussian(other))));
        }

        return values;
    }

    /// <summary>Box and Muller 1958.</summary>
    private static double Gaussian(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed record RandomTensor(string Name, int[] Shape, double Mean, double Deviation);
}
