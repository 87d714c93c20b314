using System.Text.Json;

namespace SpecExecNative.TrainPair.Tokenizer;

/// <summary>
/// The post-processor of tokenizer.json that puts <c>&lt;s&gt;</c> before every text:
/// every training window began with it, so the models expect it.
/// </summary>
internal static class TokenizerTemplate
{
    public static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "TemplateProcessing");
        json.WriteStartArray("single");
        WriteText(json, "A", typeId: 0);
        json.WriteEndArray();
        json.WriteStartArray("pair");
        WriteText(json, "A", typeId: 0);
        WriteText(json, "B", typeId: 1);
        json.WriteEndArray();
        WriteSpecialTokens(json);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string sequence, int typeId)
    {
        WritePiece(json, "SpecialToken", BpeVocabulary.BeginOfTextToken, typeId);
        WritePiece(json, "Sequence", sequence, typeId);
    }

    private static void WritePiece(Utf8JsonWriter json, string kind, string id, int typeId)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("id", id);
        json.WriteNumber("type_id", typeId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSpecialTokens(Utf8JsonWriter json)
    {
        json.WriteStartObject("special_tokens");
        json.WriteStartObject(BpeVocabulary.BeginOfTextToken);
        json.WriteString("id", BpeVocabulary.BeginOfTextToken);
        json.WriteStartArray("ids");
        json.WriteNumberValue(BpeVocabulary.BeginOfText);
        json.WriteEndArray();
        json.WriteStartArray("tokens");
        json.WriteStringValue(BpeVocabulary.BeginOfTextToken);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
