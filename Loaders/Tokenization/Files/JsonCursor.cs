using System.Text.Json;
using SpecExecNative.Loaders.Json;

namespace SpecExecNative.Loaders.Tokenization.Files;

/// <summary>A value of a JSON file that knows where it is, so that whatever is wrong with it can be named.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Path">Where the value is, as <c>model.merges[3]</c>.</param>
/// <param name="Element">The value.</param>
internal readonly record struct JsonCursor(string File, string Path, JsonElement Element)
{
    /// <summary>True for an absent field (see <see cref="Optional"/>) and for null.</summary>
    public bool IsNull => Element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public bool IsString => Element.ValueKind == JsonValueKind.String;

    public bool IsObject => Element.ValueKind == JsonValueKind.Object;

    /// <summary>A field that must be there and not null.</summary>
    public JsonCursor Required(string name)
    {
        JsonCursor field = Optional(name);
        return field.IsNull ? throw field.Damaged("is missing") : field;
    }

    /// <summary>A field that may be absent.</summary>
    public JsonCursor Optional(string name)
    {
        Expect(JsonValueKind.Object);
        JsonText.TryGetField(Element, name, out JsonElement value, out bool undecodable);
        return undecodable ? throw UndecodableName() : new(File, Path.Length == 0 ? name : $"{Path}.{name}", value);
    }

    /// <summary>The fields of an object and their names.</summary>
    public IEnumerable<(string Name, JsonCursor Value)> Fields()
    {
        Expect(JsonValueKind.Object);
        foreach (JsonProperty property in Element.EnumerateObject())
        {
            string name = JsonText.NameOf(property) ?? throw UndecodableName();
            yield return (name, new(File, Path.Length == 0 ? name : $"{Path}.{name}", property.Value));
        }
    }

    /// <summary>The items of an array.</summary>
    public IEnumerable<JsonCursor> Items()
    {
        Expect(JsonValueKind.Array);
        int index = 0;
        foreach (JsonElement item in Element.EnumerateArray())
        {
            yield return new(File, $"{Path}[{index++}]", item);
        }
    }

    public string AsString()
    {
        Expect(JsonValueKind.String);
        return JsonText.TextOf(Element) ?? throw Damaged("holds an unpaired surrogate");
    }

    public int AsInteger() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int value)
        ? value
        : throw Damaged("must be an integer of 32 bits");

    /// <summary>True or false; <paramref name="absent"/> if the field is absent or null.</summary>
    public bool AsBoolean(bool absent) => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ when IsNull => absent,
        _ => throw Damaged("must be true or false"),
    };

    /// <summary>A string, or null if the field is absent or null.</summary>
    public string? AsOptionalString() => IsNull ? null : AsString();

    /// <summary>An exception that names this value.</summary>
    public TokenizerFormatException Wrong(string problem, Exception? inner = null) =>
        new(File, Path.Length == 0 ? "(top level)" : Path, problem, inner);

    /// <summary>An exception that names a component that is not implemented.</summary>
    public TokenizerFormatException Unsupported(string kind) => Wrong($"\"{kind}\" is not supported");

    private TokenizerFormatException UndecodableName() => Damaged("has a field whose name holds an unpaired surrogate");

    private TokenizerFormatException Damaged(string problem) => Wrong($"{problem}. The file is damaged: download it again.");

    private void Expect(JsonValueKind kind)
    {
        if (Element.ValueKind != kind)
        {
            throw Damaged($"must be of JSON type {kind}, not {Element.ValueKind}");
        }
    }
}
