using System.Text.Json;

namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// What a forward pass needs of config.json, with the meaning (and the defaults for absent keys) that the
/// configuration classes of Hugging Face transformers give it.
/// </summary>
public sealed record OracleConfig
{
    public required string ModelType { get; init; }

    /// <summary>V.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>D.</summary>
    public required int Hidden { get; init; }

    /// <summary>L.</summary>
    public required int Layers { get; init; }

    /// <summary>H.</summary>
    public required int QueryHeads { get; init; }

    /// <summary>G; H is a multiple of it.</summary>
    public required int KvHeads { get; init; }

    /// <summary>h; H·h may differ from D.</summary>
    public required int HeadDim { get; init; }

    public required double NormEpsilon { get; init; }

    public required bool Tied { get; init; }

    /// <summary>q, k and v have biases: always in Qwen2, by <c>attention_bias</c> in Llama and Qwen3.</summary>
    public required bool QkvBias { get; init; }

    /// <summary>o has a bias: <c>attention_bias</c> of Llama and Qwen3, never in Qwen2 and Mistral.</summary>
    public required bool OutputBias { get; init; }

    /// <summary>RMS norm over each head of q and k (Qwen3).</summary>
    public bool QueryKeyNorm => ModelType == "qwen3";

    /// <summary>Per layer: key j is visible to position i iff 0 ≤ i − j &lt; window; null: every j ≤ i.</summary>
    public required int?[] Windows { get; init; }

    /// <summary>RoPE's angle per position for each pair of coordinates, <c>[h/2]</c>, radians.</summary>
    public required double[] RopeFrequencies { get; init; }

    /// <summary>Reads <c>config.json</c> of a model directory.</summary>
    /// <exception cref="NotSupportedException">The oracle does not know the architecture, activation or RoPE type.</exception>
    public static OracleConfig Read(string directory)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "config.json")));
        JsonElement root = document.RootElement;
        string modelType = root.GetProperty("model_type").GetString()!;
        if (modelType is not ("llama" or "mistral" or "qwen2" or "qwen3")
            || root.GetProperty("hidden_act").GetString() != "silu"
            || Flag(root, "mlp_bias"))
        {
            throw new NotSupportedException($"the oracle has no forward pass for {directory}");
        }

        int hidden = root.GetProperty("hidden_size").GetInt32();
        int layers = root.GetProperty("num_hidden_layers").GetInt32();
        int heads = root.GetProperty("num_attention_heads").GetInt32();
        int headDim = Integer(root, "head_dim") ?? (modelType == "qwen3" ? 128 : hidden / heads);
        bool attentionBias = (modelType is "llama" or "qwen3") && Flag(root, "attention_bias");
        return new OracleConfig
        {
            ModelType = modelType,
            Vocabulary = root.GetProperty("vocab_size").GetInt32(),
            Hidden = hidden,
            Layers = layers,
            QueryHeads = heads,
            KvHeads = Integer(root, "num_key_value_heads") ?? heads,
            HeadDim = headDim,
            NormEpsilon = Number(root, "rms_norm_eps") ?? 1e-6,
            Tied = Flag(root, "tie_word_embeddings"),
            QkvBias = modelType == "qwen2" || attentionBias,
            OutputBias = attentionBias,
            Windows = [.. Enumerable.Range(0, layers).Select(layer => Window(root, modelType, layer))],
            RopeFrequencies = OracleRope.Frequencies(root, headDim),
        };
    }

    /// <summary>
    /// Mistral: every layer, 4096 when the key is absent. Qwen: only if <c>use_sliding_window</c>, and then the layers that
    /// <c>layer_types</c> names or, without it, those from <c>max_window_layers</c> on. Llama has none.
    /// </summary>
    private static int? Window(JsonElement root, string modelType, int layer)
    {
        int? window = root.TryGetProperty("sliding_window", out _) ? Integer(root, "sliding_window") : 4096;
        return modelType switch
        {
            "mistral" => window,
            "qwen2" or "qwen3" when Flag(root, "use_sliding_window") => IsQwenSliding(root, layer) ? window : null,
            _ => null,
        };
    }

    private static bool IsQwenSliding(JsonElement root, int layer)
        => root.TryGetProperty("layer_types", out JsonElement types) && types.ValueKind == JsonValueKind.Array
            ? types[layer].GetString() == "sliding_attention"
            : layer >= (Integer(root, "max_window_layers") ?? 28);

    private static bool Flag(JsonElement root, string name)
        => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static double? Number(JsonElement root, string name)
        => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static int? Integer(JsonElement root, string name) => (int?)Number(root, name);
}
