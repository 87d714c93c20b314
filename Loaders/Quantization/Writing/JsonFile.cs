using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>JSON files as people like to read them, whole or not at all.</summary>
internal static class JsonFile
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(JsonNode json)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteTo(writer);
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Writes beside the place, then renames.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, JsonNode json)
    {
        string temporary = $"{path}.tmp";
        File.WriteAllBytes(temporary, Bytes(json));
        File.Move(temporary, path, overwrite: true);
    }
}
