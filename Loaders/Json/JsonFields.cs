using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace SpecExecNative.Loaders.Json;

/// <summary>The fields of a JSON object that others made: known to have unique, decodable names.</summary>
internal sealed class JsonFields : IEnumerable<KeyValuePair<string, JsonElement>>
{
    private readonly Dictionary<string, JsonElement> _fields;

    private JsonFields(Dictionary<string, JsonElement> fields) => _fields = fields;

    /// <summary>The fields of a document that is one object; null, and why, for any other bytes.</summary>
    public static JsonFields? Parse(ReadOnlySpan<byte> json, out string? problem, out Exception? cause)
        => JsonText.Parse(json, out problem, out cause) is { } root ? Of(root, out problem) : null;

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
            if (JsonText.NameOf(property) is not { } name)
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

    public bool TryGet(string name, [MaybeNullWhen(false)] out JsonElement value) => _fields.TryGetValue(name, out value);

    public IEnumerator<KeyValuePair<string, JsonElement>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
