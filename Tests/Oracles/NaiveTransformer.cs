namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// The forward pass of Llama (Touvron et al. 2023; GQA: Ainslie et al. 2023), Mistral (Jiang et al. 2023: sliding window),
/// Qwen2 (q/k/v biases) and Qwen3 (norm on each head of q and k before RoPE) in double precision with plain loops:
/// no cache, no batching, no masks. It is an oracle, so nothing in it is shared with the engine.
/// </summary>
public sealed class NaiveTransformer
{
    private readonly Dictionary<string, double[]> _weights;

    private NaiveTransformer(OracleConfig config, Dictionary<string, double[]> weights)
    {
        Config = config;
        _weights = weights;
    }

    public OracleConfig Config { get; }

    /// <summary>Reads <c>config.json</c> and <c>model.safetensors</c> (F32, F16 or BF16) of a model directory.</summary>
    public static NaiveTransformer Load(string directory)
        => new(OracleConfig.Read(directory), OracleTensors.Read(Path.Combine(directory, "model.safetensors")));

    /// <summary>Logits after each token of a sequence that begins at position 0: <c>[tokens, V]</c>.</summary>
    public double[][] Logits(IReadOnlyList<int> tokens)
    {
        double[][] residual = [.. tokens.Select(Embedding)];
        for (int layer = 0; layer < Config.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}.";
            double[][] attended = Attention(prefix, Config.Windows[layer], Norm(residual, prefix + "input_layernorm.weight"));
            Add(residual, attended);
            double[][] normed = Norm(residual, prefix + "post_attention_layernorm.weight");
            Add(residual, [.. normed.Select(row => SwiGlu(prefix + "mlp.", row))]);
        }

        double[] head = _weights[Config.Tied ? "model.embed_tokens.weight" : "lm_head.weight"];
        return [.. Norm(residual, "model.norm.weight").Select(row => Linear(head, row))];
    }

    /// <summary>Logits after the last token: <c>[V]</c>.</summary>
    public double[] NextLogits(IReadOnlyList<int> tokens) => Logits(tokens)[^1];

    /// <summary>
    /// Logits after each node of a token tree that hangs below a prefix: <c>[nodes, V]</c>. Every path from the prefix
    /// to a node is run as a sequence of its own, so there is no tree mask here that could be wrong.
    /// </summary>
    /// <param name="prefix">Tokens before the tree; may be empty.</param>
    /// <param name="tokens">Token of each node.</param>
    /// <param name="parents">Index of each node's parent; negative: it follows the prefix directly.</param>
    public double[][] TreeLogits(IReadOnlyList<int> prefix, IReadOnlyList<int> tokens, IReadOnlyList<int> parents)
    {
        double[][] logits = new double[tokens.Count][];
        for (int node = 0; node < tokens.Count; node++)
        {
            List<int> path = [];
            for (int at = node; at >= 0; at = parents[at])
            {
                path.Insert(0, tokens[at]);
            }

            logits[node] = NextLogits([.. prefix, .. path]);
        }

        return logits;
    }

    /// <summary>Index of the greatest logit, the lowest one on ties.</summary>
    public static int Argmax(IReadOnlyList<double> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Count; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    private double[] Embedding(int token)
        => _weights["model.embed_tokens.weight"].AsSpan(token * Config.Hidden, Config.Hidden).ToArray();

    private double[][] Attention(string layer, int? window, double[][] input)
    {
        string name = layer + "self_attn.";
        double[][] queries = [.. input.Select((row, i) => Rotated(name + "q", row, i))];
        double[][] keys = [.. input.Select((row, i) => Rotated(name + "k", row, i))];
        double[][] values = [.. input.Select(row => Projected(name + "v", row, Config.QkvBias))];
        double[][] output = new double[input.Length][];
        for (int i = 0; i < input.Length; i++)
        {
            int firstVisible = window is int span ? Math.Max(0, i - span + 1) : 0;
            double[] heads = new double[Config.QueryHeads * Config.HeadDim];
            for (int head = 0; head < Config.QueryHeads; head++)
            {
                AttendHead(queries[i], keys[firstVisible..(i + 1)], values[firstVisible..(i + 1)], head, heads);
            }

            output[i] = Projected(name + "o", heads, Config.OutputBias);
        }

        return output;
    }

    /// <summary>softmax(q·kᵀ / √h)·v of one query head over the visible keys; H/G query heads share a key/value head.</summary>
    private void AttendHead(double[] query, double[][] keys, double[][] values, int head, double[] output)
    {
        int size = Config.HeadDim;
        int start = head * size;
        int kvStart = head / (Config.QueryHeads / Config.KvHeads) * size;
        double[] scores = [.. keys.Select(key => Dot(query.AsSpan(start, size), key.AsSpan(kvStart, size)) / Math.Sqrt(size))];
        double greatest = scores.Max();
        double total = scores.Sum(score => Math.Exp(score - greatest));
        for (int j = 0; j < keys.Length; j++)
        {
            double probability = Math.Exp(scores[j] - greatest) / total;
            for (int d = 0; d < size; d++)
            {
                output[start + d] += probability * values[j][kvStart + d];
            }
        }
    }

    private double[] Rotated(string name, double[] row, int position)
    {
        double[] projected = Projected(name, row, Config.QkvBias);
        for (int start = 0; start < projected.Length; start += Config.HeadDim)
        {
            Span<double> head = projected.AsSpan(start, Config.HeadDim);
            if (Config.QueryKeyNorm)
            {
                Norm(head.ToArray(), _weights[name + "_norm.weight"]).CopyTo(head);
            }

            OracleRope.Rotate(head, position, Config.RopeFrequencies);
        }

        return projected;
    }

    private double[] Projected(string name, double[] row, bool hasBias)
    {
        double[] result = Linear(_weights[name + "_proj.weight"], row);
        if (hasBias)
        {
            Add([result], [_weights[name + "_proj.bias"]]);
        }

        return result;
    }

    /// <summary>down(silu(gate(x)) ⊙ up(x)), silu(g) = g / (1 + e^−g) (Shazeer 2020).</summary>
    private double[] SwiGlu(string name, double[] row)
    {
        double[] gate = Linear(_weights[name + "gate_proj.weight"], row);
        double[] up = Linear(_weights[name + "up_proj.weight"], row);
        return Linear(_weights[name + "down_proj.weight"], [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]);
    }

    private double[][] Norm(double[][] rows, string name) => [.. rows.Select(row => Norm(row, _weights[name]))];

    /// <summary>x / √(mean(x²) + ε) ⊙ w (Zhang &amp; Sennrich 2019).</summary>
    private double[] Norm(double[] row, double[] weight)
    {
        double scale = 1 / Math.Sqrt((Dot(row, row) / row.Length) + Config.NormEpsilon);
        return [.. row.Zip(weight, (x, w) => x * scale * w)];
    }

    /// <summary>W·x for W <c>[out, in]</c>, row-major.</summary>
    private static double[] Linear(double[] weight, double[] row)
    {
        double[] output = new double[weight.Length / row.Length];
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = Dot(weight.AsSpan(i * row.Length, row.Length), row);
        }

        return output;
    }

    private static void Add(double[][] rows, double[][] addends)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            for (int d = 0; d < rows[i].Length; d++)
            {
                rows[i][d] += addends[i][d];
            }
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
