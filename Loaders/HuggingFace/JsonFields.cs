using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>The fields of a JSON object that others made: known to have unique, decodable names.</summary>
internal sealed class JsonFields : IEnumerable<KeyValuePair<string, JsonElement>>
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    private readonly Dictionary<string, JsonElement> _fields;

    private JsonFields(Dictionary<string, JsonElement> fields) => _fields = fields;

    /// <summary>The fields of a document that is one object; null, and why, for any other bytes.</summary>
    public static JsonFields? Parse(ReadOnlyMemory<byte> json, out string? problem, out Exception? cause)
    {
        cause = null;

        // The JSON library leaves strings undecoded until they are asked for, and then throws something else.
        if (!Utf8.IsValid(json.Span))
        {
            problem = "it is not UTF-8";
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Options);
            return Of(document.RootElement.Clone(), out problem);
        }
        catch (JsonException e)
        {
            problem = e.Message;
            cause = e;
            return null;
        }
    }

    /// <summary>The fields of an element that is an object; null, and why, for any other.</summary>
    public static JsonFields? Of(JsonElement element, out string? problem)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problem = "it is not an object";
            return null;
        }

        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (NameOf(property) is not { } name)
            {
                problem = "a name in it is not valid Unicode";
                return null;
            }

            // Readers differ in which of two they believe, so neither is.
            if (!fields.TryAdd(name, property.Value))
            {
                problem = $"it has '{name}' twice";
                return null;
            }
        }

        problem = null;
        return new JsonFields(fields);
    }

    /// <summary>A string element's text; null for any other element, and for text with half a surrogate pair.</summary>
    public static string? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public bool TryGet(string name, [MaybeNullWhen(false)] out JsonElement value) => _fields.TryGetValue(name, out value);

    public IEnumerator<KeyValuePair<string, JsonElement>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
