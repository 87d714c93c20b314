using System.Globalization;
using System.Text.Json;

namespace SpecExecNative.Bench.Reports.Json;

/// <summary>A value of a JSON text that knows where it is, so that whatever is wrong with it can be said.</summary>
/// <param name="file">The file's name.</param>
/// <param name="path">Where it is, e.g. <c>runs[0].environment</c>.</param>
/// <param name="element">The value.</param>
internal readonly struct JsonField(string file, string path, JsonElement element)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a text; the document lives as long as <paramref name="use"/> takes.</summary>
    /// <exception cref="ReportFormatException">It is no JSON.</exception>
    public static T Parse<T>(string text, string file, string path, Func<JsonField, T> use)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, Strict);
        }
        catch (JsonException e)
        {
            throw new ReportFormatException(file, path, $"it is no valid JSON ({e.Message})", e);
        }

        using (document)
        {
            return use(new JsonField(file, path, document.RootElement));
        }
    }

    /// <summary>A member that must be there.</summary>
    public JsonField this[string name] => Find(name) ?? throw Wrong($"\"{name}\" is missing");

    /// <summary>A member; null: it is not there, or null.</summary>
    public JsonField? Find(string name)
    {
        Require(JsonValueKind.Object, "an object");
        return element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? At(path.Length == 0 ? name : $"{path}.{name}", value) : null;
    }

    /// <summary>The values of an array.</summary>
    public IReadOnlyList<JsonField> Items()
    {
        Require(JsonValueKind.Array, "an array");
        List<JsonField> items = [];
        foreach (JsonElement item in element.EnumerateArray())
        {
            items.Add(At($"{path}[{items.Count}]", item));
        }

        return items;
    }

    /// <summary>The members of an object.</summary>
    public IReadOnlyList<(string Name, JsonField Value)> Members()
    {
        Require(JsonValueKind.Object, "an object");
        List<(string, JsonField)> members = [];
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string name = Decoded(() => member.Name);
            members.Add((name, At($"{path}.{name}", member.Value)));
        }

        return members;
    }

    /// <summary>A text without control characters, which could forge tables and terminal output.</summary>
    public string Text()
    {
        Require(JsonValueKind.String, "a text");
        JsonElement value = element;
        return Decoded(() => value.GetString()!);
    }

    /// <summary>A finite number.</summary>
    public double Number()
    {
        Require(JsonValueKind.Number, "a number");
        return element.TryGetDouble(out double value) && double.IsFinite(value) ? value : throw Wrong("the number is too large");
    }

    /// <summary>A whole number within bounds.</summary>
    public int Integer(int least, int most)
    {
        Require(JsonValueKind.Number, "a number");
        return element.TryGetInt32(out int value) && value >= least && value <= most ? value : throw Wrong($"it must be a whole number within {least} … {most}");
    }

    public DateTimeOffset Time()
        => DateTimeOffset.TryParse(Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : throw Wrong("it is no time");

    public ReportFormatException Wrong(string problem) => new(file, path, problem);

    private JsonField At(string place, JsonElement value) => new(file, place, value);

    private string Decoded(Func<string> read)
    {
        string text;
        try
        {
            text = read();
        }
        catch (InvalidOperationException)
        {
            throw Wrong("the text is no Unicode: half a surrogate pair");
        }

        return text.Any(char.IsControl) ? throw Wrong("the text has control characters") : text;
    }

    private void Require(JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
        {
            throw Wrong($"{what} was expected");
        }
    }
}
