using System.Text.Json;
using SpecExecNative.TrainPair.Storage;

namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>The tokenizer in Hugging Face's files: tokenizer.json, tokenizer_config.json, special_tokens_map.json.</summary>
internal static class TokenizerFiles
{
    private const string TokenizerName = "tokenizer.json";
    private const string ConfigName = "tokenizer_config.json";
    private const string SpecialTokensName = "special_tokens_map.json";

    public static void Write(string directory, BpeVocabulary vocabulary, int maxLength)
    {
        JsonFile.Write(Path.Combine(directory, ConfigName), indented: true, json => WriteConfig(json, maxLength));
        JsonFile.Write(Path.Combine(directory, SpecialTokensName), indented: true, WriteSpecialTokens);
        JsonFile.Write(Path.Combine(directory, TokenizerName), indented: true, json => WriteTokenizer(json, vocabulary));
    }

    /// <summary>Copies the three files beside a model.</summary>
    public static void Copy(string fromDirectory, string toDirectory)
    {
        Directory.CreateDirectory(toDirectory);
        foreach (string name in (string[])[TokenizerName, ConfigName, SpecialTokensName])
        {
            File.Copy(Path.Combine(fromDirectory, name), Path.Combine(toDirectory, name), overwrite: true);
        }
    }

    /// <summary>Reads back a vocabulary that <see cref="Write"/> wrote; the merges alone determine it.</summary>
    public static BpeVocabulary Read(string directory)
    {
        using JsonDocument document = JsonFile.Read(Path.Combine(directory, TokenizerName));
        BpeVocabulary vocabulary = new();
        foreach (JsonElement merge in document.RootElement.GetProperty("model").GetProperty("merges").EnumerateArray())
        {
            string[] pair = merge.GetString()!.Split(' ');
            vocabulary.AddMerge(vocabulary.IdOf(pair[0]), vocabulary.IdOf(pair[1]));
        }

        return vocabulary;
    }

    private static void WriteTokenizer(Utf8JsonWriter json, BpeVocabulary vocabulary)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        WriteAddedToken(json, BpeVocabulary.BeginOfText, BpeVocabulary.BeginOfTextToken);
        WriteAddedToken(json, BpeVocabulary.EndOfText, BpeVocabulary.EndOfTextToken);
        json.WriteEndArray();
        json.WriteNull("normalizer");
        WriteByteLevel(json, "pre_tokenizer", addPrefixSpace: false);
        json.WritePropertyName("post_processor");
        TokenizerTemplate.Write(json);
        WriteByteLevel(json, "decoder", addPrefixSpace: true);
        WriteModel(json, vocabulary);
        json.WriteEndObject();
    }

    private static void WriteAddedToken(Utf8JsonWriter json, int id, string content)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("content", content);
        json.WriteBoolean("single_word", false);
        json.WriteBoolean("lstrip", false);
        json.WriteBoolean("rstrip", false);
        json.WriteBoolean("normalized", false);
        json.WriteBoolean("special", true);
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, string name, bool addPrefixSpace)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", true);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, BpeVocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", false);
        json.WriteStartObject("vocab");
        for (int id = 0; id < vocabulary.Tokens.Count; id++)
        {
            json.WriteNumber(vocabulary.Tokens[id], id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach ((int left, int right) in vocabulary.Merges)
        {
            json.WriteStringValue($"{vocabulary.Tokens[left]} {vocabulary.Tokens[right]}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteConfig(Utf8JsonWriter json, int maxLength)
    {
        json.WriteStartObject();
        json.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        json.WriteString("bos_token", BpeVocabulary.BeginOfTextToken);
        json.WriteString("eos_token", BpeVocabulary.EndOfTextToken);
        json.WriteBoolean("add_bos_token", true);
        json.WriteBoolean("add_eos_token", false);
        json.WriteBoolean("clean_up_tokenization_spaces", false);
        json.WriteNumber("model_max_length", maxLength);
        json.WriteEndObject();
    }

    private static void WriteSpecialTokens(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("bos_token", BpeVocabulary.BeginOfTextToken);
        json.WriteString("eos_token", BpeVocabulary.EndOfTextToken);
        json.WriteEndObject();
    }
}
