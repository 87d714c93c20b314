using System.Text.Encodings.Web;
using System.Text.Json;

namespace SpecExecNative.TrainPair.Storage;

/// <summary>JSON files in the form that Hugging Face's tools write: UTF-8, nothing escaped that need not be.</summary>
internal static class JsonFile
{
    public static void Write(string path, bool indented, Action<Utf8JsonWriter> write)
    {
        JsonWriterOptions options = new() { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        AtomicFile.Write(path, stream =>
        {
            using Utf8JsonWriter json = new(stream, options);
            write(json);
        });
    }

    public static JsonDocument Read(string path)
    {
        return JsonDocument.Parse(File.ReadAllBytes(path));
    }
}
