namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// The names under which transformers stores the weights of every supported architecture.
/// Shapes: V vocabulary, D hidden, F intermediate, H query heads, G kv heads, h head size; matrices are <c>[out, in]</c>.
/// </summary>
public static class TensorNames
{
    /// <summary><c>[V, D]</c>.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary><c>[D]</c>: the norm before the head.</summary>
    public const string FinalNorm = "model.norm.weight";

    /// <summary><c>[V, D]</c>; absent where the embedding serves as head.</summary>
    public const string Head = "lm_head.weight";

    /// <summary><c>[D]</c>: the norm before attention.</summary>
    public static string InputNorm(int layer) => Layer(layer, "input_layernorm.weight");

    /// <summary><c>[H·h, D]</c>.</summary>
    public static string QueryWeight(int layer) => Layer(layer, "self_attn.q_proj.weight");

    /// <summary><c>[H·h]</c>.</summary>
    public static string QueryBias(int layer) => Layer(layer, "self_attn.q_proj.bias");

    /// <summary><c>[G·h, D]</c>.</summary>
    public static string KeyWeight(int layer) => Layer(layer, "self_attn.k_proj.weight");

    /// <summary><c>[G·h]</c>.</summary>
    public static string KeyBias(int layer) => Layer(layer, "self_attn.k_proj.bias");

    /// <summary><c>[G·h, D]</c>.</summary>
    public static string ValueWeight(int layer) => Layer(layer, "self_attn.v_proj.weight");

    /// <summary><c>[G·h]</c>.</summary>
    public static string ValueBias(int layer) => Layer(layer, "self_attn.v_proj.bias");

    /// <summary><c>[h]</c>: RMS norm of each query head (Qwen3).</summary>
    public static string QueryNorm(int layer) => Layer(layer, "self_attn.q_norm.weight");

    /// <summary><c>[h]</c>: RMS norm of each key head (Qwen3).</summary>
    public static string KeyNorm(int layer) => Layer(layer, "self_attn.k_norm.weight");

    /// <summary><c>[D, H·h]</c>: the attention's output projection.</summary>
    public static string OutputWeight(int layer) => Layer(layer, "self_attn.o_proj.weight");

    /// <summary><c>[D]</c>.</summary>
    public static string OutputBias(int layer) => Layer(layer, "self_attn.o_proj.bias");

    /// <summary><c>[D]</c>: the norm before the MLP.</summary>
    public static string PostAttentionNorm(int layer) => Layer(layer, "post_attention_layernorm.weight");

    /// <summary><c>[F, D]</c>.</summary>
    public static string GateWeight(int layer) => Layer(layer, "mlp.gate_proj.weight");

    /// <summary><c>[F, D]</c>.</summary>
    public static string UpWeight(int layer) => Layer(layer, "mlp.up_proj.weight");

    /// <summary><c>[D, F]</c>.</summary>
    public static string DownWeight(int layer) => Layer(layer, "mlp.down_proj.weight");

    private static string Layer(int layer, string part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        return $"model.layers.{layer}.{part}";
    }
}
