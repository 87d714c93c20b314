using System.Text.Json;

namespace SpecExecNative.Bench.Generation;

/// <summary>
/// Texts to be continued. Read are JSON arrays of texts, of <c>[number, text]</c> pairs (as the SpecExec authors' files of OASST, MT-Bench,
/// C4 and WikiText have it) and of objects with <c>prompt</c>, <c>text</c> or <c>turns</c> (of which the first counts); one such object
/// a line will do, too (MT-Bench's own form).
/// </summary>
internal static class PromptSet
{
    private const int MaxBytes = 256 << 20;
    private const string BuiltInFile = "prompts.json";

    private static readonly string[] TextFields = ["prompt", "text"];

    /// <summary>The name of the set that comes along.</summary>
    public const string BuiltInName = "built-in";

    /// <summary>Instructions, stories, code, lists and letters, written for this program.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = Parse(ReadBuiltIn(), BuiltInFile);

    /// <exception cref="BenchException">The file is in none of these forms, or has no text.</exception>
    public static IReadOnlyList<string> Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new BenchException($"{file.Name}: there is no such file.");
        }

        return file.Length <= MaxBytes
            ? Parse(File.ReadAllBytes(file.FullName), file.Name)
            : throw new BenchException($"{file.Name}: {file.Length:N0} bytes are more than a set of prompts has ({MaxBytes:N0}).");
    }

    private static string[] Parse(byte[] json, string name)
    {
        try
        {
            using JsonDocument? whole = TryParse(json);
            string[] texts = whole is not null ? Texts(whole.RootElement) : Lines(json);
            return texts.Length > 0 ? texts : throw new BenchException($"{name}: there is no prompt.");
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new BenchException($"{name}: not a set of prompts: {e.Message} Expected are texts, [number, text] pairs, or objects with \"prompt\", \"text\" or \"turns\".", e);
        }
    }

    private static string[] Texts(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => [.. root.EnumerateArray().Select(TextOf)],
        JsonValueKind.Object => [TextOf(root)],
        _ => throw new FormatException($"it begins with a {root.ValueKind}."),
    };

    private static string[] Lines(byte[] json)
    {
        List<string> texts = [];
        foreach (Range line in json.AsSpan().Split((byte)'\n'))
        {
            ReadOnlyMemory<byte> words = json.AsMemory()[line];
            if (words.Span.ContainsAnyExcept(" \t\r"u8))
            {
                using var document = JsonDocument.Parse(words);
                texts.Add(TextOf(document.RootElement));
            }
        }

        return [.. texts];
    }

    private static string TextOf(JsonElement item)
    {
        JsonElement text = item.ValueKind switch
        {
            JsonValueKind.String => item,
            JsonValueKind.Array when item.GetArrayLength() == 2 => item[1],
            JsonValueKind.Object when TextFields.FirstOrDefault(field => item.TryGetProperty(field, out _)) is { } field => item.GetProperty(field),
            JsonValueKind.Object when item.TryGetProperty("turns", out JsonElement turns) && turns.ValueKind == JsonValueKind.Array && turns.GetArrayLength() > 0 => turns[0],
            _ => throw new FormatException($"{Shorten(item.GetRawText())} has no text."),
        };
        return text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } found ? found : throw new FormatException($"{Shorten(item.GetRawText())} has no text.");
    }

    /// <summary>A file of lines is no document: what follows the first object is in the way.</summary>
    private static JsonDocument? TryParse(byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException) when (json.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8))
        {
            return null;
        }
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static byte[] ReadBuiltIn()
    {
        using System.IO.Stream stream = typeof(PromptSet).Assembly.GetManifestResourceStream(BuiltInFile)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
