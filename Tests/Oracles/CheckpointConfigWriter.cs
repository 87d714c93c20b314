using System.Text.Json;

namespace SpecExecNative.Tests.Oracles;

/// <summary>Writes config.json and generation_config.json with the keys that each architecture's published checkpoints carry.</summary>
public static class CheckpointConfigWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static void Write(string directory, CheckpointSpec spec)
    {
        using (FileStream file = File.Create(Path.Combine(directory, "config.json")))
        using (Utf8JsonWriter json = new(file, Indented))
        {
            json.WriteStartObject();
            WriteCommon(json, spec);
            WriteArchitecture(json, spec);
            WriteRope(json, spec);
            json.WriteEndObject();
        }

        if (spec.GenerationEosTokens is not null)
        {
            using FileStream file = File.Create(Path.Combine(directory, "generation_config.json"));
            using Utf8JsonWriter json = new(file, Indented);
            json.WriteStartObject();
            json.WriteNumber("bos_token_id", 1);
            json.WriteBoolean("do_sample", true);
            WriteTokens(json, "eos_token_id", spec.GenerationEosTokens);
            json.WriteString("transformers_version", "4.43.1");
            json.WriteEndObject();
        }
    }

    private static void WriteCommon(Utf8JsonWriter json, CheckpointSpec spec)
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(spec.ModelType switch
        {
            "llama" => "LlamaForCausalLM",
            "mistral" => "MistralForCausalLM",
            "qwen2" => "Qwen2ForCausalLM",
            "qwen3" => "Qwen3ForCausalLM",
            _ => throw new NotSupportedException(spec.ModelType),
        });
        json.WriteEndArray();
        json.WriteString("model_type", spec.ModelType);
        json.WriteNumber("attention_dropout", 0.0);
        json.WriteNumber("bos_token_id", 1);
        WriteTokens(json, "eos_token_id", spec.EosTokens);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", spec.Hidden);
        json.WriteNumber("initializer_range", 0.02);
        json.WriteNumber("intermediate_size", spec.Intermediate);
        json.WriteNumber("max_position_embeddings", spec.MaxPositions);
        json.WriteNumber("num_attention_heads", spec.QueryHeads);
        json.WriteNumber("num_hidden_layers", spec.Layers);
        if (spec.KvHeads is int kvHeads)
        {
            json.WriteNumber("num_key_value_heads", kvHeads);
        }

        if (spec.HeadDim is int headDim)
        {
            json.WriteNumber("head_dim", headDim);
        }

        json.WriteNumber("rms_norm_eps", spec.NormEpsilon);
        json.WriteBoolean("tie_word_embeddings", spec.Tied);
        json.WriteString(spec.RopeSpelling == RopeSpelling.Parameters ? "dtype" : "torch_dtype", spec.DType switch
        {
            OracleDType.F32 => "float32",
            OracleDType.F16 => "float16",
            _ => "bfloat16",
        });
        json.WriteString("transformers_version", spec.RopeSpelling == RopeSpelling.Parameters ? "5.0.0" : "4.43.1");
        json.WriteBoolean("use_cache", true);
        json.WriteNumber("vocab_size", spec.Vocabulary);
    }

    private static void WriteArchitecture(Utf8JsonWriter json, CheckpointSpec spec)
    {
        if (spec.ModelType == "llama")
        {
            json.WriteNumber("pretraining_tp", 1);
            json.WriteBoolean("mlp_bias", false);
        }
        else
        {
            WriteNumberOrNull(json, "sliding_window", spec.SlidingWindow);
        }

        if (spec.ModelType is "llama" or "qwen3")
        {
            json.WriteBoolean("attention_bias", spec.AttentionBias);
        }

        if (spec.ModelType is "qwen2" or "qwen3")
        {
            json.WriteBoolean("use_sliding_window", spec.UseSlidingWindow);
            json.WriteNumber("max_window_layers", spec.MaxWindowLayers);
            if (spec.RopeSpelling == RopeSpelling.Parameters)
            {
                json.WriteStartArray("layer_types");
                for (int layer = 0; layer < spec.Layers; layer++)
                {
                    bool slides = spec.UseSlidingWindow && spec.SlidingWindow is not null && layer >= spec.MaxWindowLayers;
                    json.WriteStringValue(slides ? "sliding_attention" : "full_attention");
                }

                json.WriteEndArray();
            }
        }
    }

    private static void WriteRope(Utf8JsonWriter json, CheckpointSpec spec)
    {
        bool together = spec.RopeSpelling == RopeSpelling.Parameters;
        if (together)
        {
            json.WriteStartObject("rope_parameters");
        }

        json.WriteNumber("rope_theta", spec.RopeTheta);
        if (spec.Llama3Rope && !together)
        {
            json.WriteStartObject("rope_scaling");
        }

        if (spec.Llama3Rope)
        {
            json.WriteNumber("factor", 8.0);
            json.WriteNumber("low_freq_factor", 1.0);
            json.WriteNumber("high_freq_factor", 4.0);
            json.WriteNumber("original_max_position_embeddings", 128);
        }

        if (spec.Llama3Rope || together)
        {
            json.WriteString(
                spec.RopeSpelling == RopeSpelling.OldType ? "type" : "rope_type", spec.Llama3Rope ? "llama3" : "default");
            json.WriteEndObject();
        }
        else if (spec.ModelType is "llama" or "qwen3")
        {
            json.WriteNull("rope_scaling");
        }
    }

    private static void WriteTokens(Utf8JsonWriter json, string name, IReadOnlyList<int> tokens)
    {
        if (tokens.Count == 1)
        {
            json.WriteNumber(name, tokens[0]);
            return;
        }

        json.WriteStartArray(name);
        foreach (int token in tokens)
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, int? value)
    {
        if (value is int number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
