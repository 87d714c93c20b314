using System.Text.Json;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>
/// Fields that would change a model's numbers and that this program does not honour. Each is refused unless it has the
/// value at which it does nothing. Fields that are neither here nor read elsewhere (dropout, initialisation, caching,
/// training) do not bear on inference and are passed over.
/// </summary>
internal static class UnsupportedFields
{
    private const string Quantized = "this older field for quantization is not supported. Use a checkpoint whose config.json has quantization_config, or the unquantized one.";
    private const string Experts = "mixtures of experts are not supported.";
    private const string SoftCap = "soft-capping of scores or logits is not supported.";
    private const string Scale = "this scaling of activations or logits is not supported.";
    private const string Position = "this kind of position encoding is not supported.";
    private const string Mask = "this attention mask is not supported.";
    private const string Block = "this change of the transformer block is not supported.";

    // The number is the value that does nothing, where there is one; null, false and empty lists or objects never do anything.
    private static readonly (string Field, double? Neutral, string Problem)[] Rules =
    [
        ("compression_config", null, Quantized),

        ("num_local_experts", 0, Experts),
        ("num_experts", 0, Experts),
        ("n_routed_experts", 0, Experts),
        ("num_experts_per_tok", 0, Experts),
        ("moe_intermediate_size", 0, Experts),

        ("attn_logit_softcapping", 0, SoftCap),
        ("attention_logit_softcapping", 0, SoftCap),
        ("attn_logit_softcap", 0, SoftCap),
        ("final_logit_softcapping", 0, SoftCap),
        ("logits_soft_cap", 0, SoftCap),

        ("query_pre_attn_scalar", null, Scale),
        ("attention_multiplier", null, Scale),
        ("embedding_multiplier", 1, Scale),
        ("residual_multiplier", 1, Scale),
        ("logits_scaling", 1, Scale),
        ("logit_scale", 1, Scale),
        ("scale_emb", 1, Scale),
        ("scale_depth", null, Scale),
        ("dim_model_base", null, Scale),
        ("clip_qkv", null, Scale),
        ("attn_temperature_tuning", 0, Scale),

        ("partial_rotary_factor", 1, Position),
        ("rotary_pct", 1, Position),
        ("rope_interleave", null, Position),
        ("rope_interleaved", null, Position),
        ("rope_ratio", 1, Position),
        ("rope_local_base_freq", null, Position),
        ("use_mrope", null, Position),
        ("alibi", null, Position),
        ("use_alibi", null, Position),
        ("no_rope_layers", null, Position),
        ("no_rope_layer_interval", 0, Position),

        ("attention_chunk_size", 0, Mask),
        ("sliding_window_pattern", 0, Mask),
        ("use_bidirectional_attention", null, Mask),
        ("is_encoder_decoder", null, Mask),
        ("add_cross_attention", null, Mask),

        ("mlp_bias", null, Block),
        ("bias", null, Block),
        ("use_bias", null, Block),
        ("parallel_residual", null, Block),
        ("use_parallel_residual", null, Block),
        ("parallel_attn", null, Block),
        ("kv_lora_rank", 0, Block),
        ("q_lora_rank", 0, Block),
        ("use_qk_norm", null, Block),
        ("qk_norm", null, Block),
        ("qk_layernorm", null, Block),
        ("pruned_heads", null, Block),
    ];

    /// <exception cref="ModelConfigException">One of them is there and does something.</exception>
    public static void Refuse(ConfigFields config)
    {
        foreach ((string field, double? neutral, string problem) in Rules)
        {
            if (config.Value(field) is { } value && !IsNeutral(value, neutral))
            {
                throw config.Refuse(field, problem);
            }
        }

        if (config.OptionalText("hidden_act") is not (null or "silu" or "swish"))
        {
            throw config.Refuse("hidden_act", "only silu (also called swish) is supported.");
        }

        if (config.OptionalText("hidden_activation") is not (null or "silu" or "swish"))
        {
            throw config.Refuse("hidden_activation", "only silu (also called swish) is supported.");
        }

        // Code of the checkpoint's own may compute anything; the other entries (AutoConfig, AutoTokenizer) do not compute.
        if (config.Object("auto_map") is { } map && map.Value("AutoModelForCausalLM") is not null)
        {
            throw map.Refuse("AutoModelForCausalLM", "the model computes with Python code of its own, which is not supported.");
        }

        // A causal mask is what a generator has anyway; only the denial of it is a change.
        if (config.OptionalFlag("is_causal") is false)
        {
            throw config.Refuse("is_causal", Mask);
        }
    }

    private static bool IsNeutral(JsonElement value, double? neutral) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetDouble(out double number) && number == neutral,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
