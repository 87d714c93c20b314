using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace SpecExecNative.Loaders.Json;

/// <summary>
/// JSON that others made, without the surprises of the JSON library: it leaves strings undecoded until they are asked for or
/// compared, and then throws <see cref="InvalidOperationException"/> for bytes that are not UTF-8 and for half a surrogate pair.
/// </summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>The root of a document; null, and why, for bytes that are none. It stays valid: nothing has to be disposed of.</summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> json, out string? problem, out Exception? cause)
    {
        (problem, cause) = (null, null);
        if (!Utf8.IsValid(json))
        {
            problem = "it is not UTF-8.";
            return null;
        }

        try
        {
            return JsonElement.Parse(json, Options);
        }
        catch (JsonException e)
        {
            (problem, cause) = (e.Message, e);
            return null;
        }
    }

    /// <summary>A property's name; null if it holds half a surrogate pair.</summary>
    public static string? NameOf(JsonProperty property)
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

    /// <summary>
    /// The field of that name, the last if there are two; false if there is none, and with <c>undecodable</c> if a name in the
    /// object holds half a surrogate pair, so that it could not be compared with this one.
    /// </summary>
    public static bool TryGetField(JsonElement @object, string name, [MaybeNullWhen(false)] out JsonElement value, out bool undecodable)
    {
        undecodable = false;
        try
        {
            return @object.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            (value, undecodable) = (default, true);
            return false;
        }
    }
}
