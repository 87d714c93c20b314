using System.Text.Json;
using SpecExecNative.TrainPair.Storage;
using SpecExecNative.TrainPair.Tokenizer;

namespace SpecExecNative.TrainPair.Model;

/// <summary>A model's config.json and generation_config.json, as Hugging Face's LlamaForCausalLM reads them.</summary>
internal static class ConfigFile
{
    private const string ConfigName = "config.json";
    private const string GenerationConfigName = "generation_config.json";

    public static void Write(string directory, LlamaShape shape)
    {
        JsonFile.Write(Path.Combine(directory, ConfigName), indented: true, json => WriteConfig(json, shape));
        AtomicFile.WriteText(
            Path.Combine(directory, GenerationConfigName),
            $"{{\n  \"bos_token_id\": {BpeVocabulary.BeginOfText},\n  \"eos_token_id\": {BpeVocabulary.EndOfText}\n}}\n");
    }

    public static LlamaShape Read(string directory)
    {
        using JsonDocument document = JsonFile.Read(Path.Combine(directory, ConfigName));
        JsonElement config = document.RootElement;
        return new LlamaShape(
            Number("vocab_size"),
            Number("hidden_size"),
            Number("intermediate_size"),
            Number("num_hidden_layers"),
            Number("num_attention_heads"),
            Number("num_key_value_heads"),
            Number("head_dim"),
            Number("max_position_embeddings"));

        int Number(string name)
        {
            return config.GetProperty(name).GetInt32();
        }
    }

    private static void WriteConfig(Utf8JsonWriter json, LlamaShape shape)
    {
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue("LlamaForCausalLM");
        json.WriteEndArray();
        json.WriteString("model_type", "llama");
        json.WriteNumber("vocab_size", shape.VocabularySize);
        json.WriteNumber("hidden_size", shape.HiddenSize);
        json.WriteNumber("intermediate_size", shape.IntermediateSize);
        json.WriteNumber("num_hidden_layers", shape.Layers);
        json.WriteNumber("num_attention_heads", shape.QueryHeads);
        json.WriteNumber("num_key_value_heads", shape.KvHeads);
        json.WriteNumber("head_dim", shape.HeadDim);
        json.WriteNumber("max_position_embeddings", shape.MaxPositions);
        json.WriteNumber("rms_norm_eps", LlamaShape.RmsNormEpsilon);
        json.WriteNumber("rope_theta", LlamaShape.RopeTheta);
        json.WriteNull("rope_scaling");
        json.WriteString("hidden_act", "silu");
        json.WriteBoolean("attention_bias", false);
        json.WriteBoolean("mlp_bias", false);
        json.WriteBoolean("tie_word_embeddings", true);
        json.WriteNumber("bos_token_id", BpeVocabulary.BeginOfText);
        json.WriteNumber("eos_token_id", BpeVocabulary.EndOfText);
        json.WriteNumber("pretraining_tp", 1);
        json.WriteNumber("initializer_range", LlamaWeights.InitialDeviation);
        json.WriteNumber("attention_dropout", 0.0);
        json.WriteBoolean("use_cache", true);
        json.WriteString("torch_dtype", "float16");
        json.WriteEndObject();
    }
}
