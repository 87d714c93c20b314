using System.Text.Json;
using SpecExecNative.Loaders.Json;

namespace SpecExecNative.Loaders.HuggingFace;

/// <summary>Typed, range-checked access to the fields of a config file or of an object inside it. Null counts as absent.</summary>
internal sealed class ConfigFields
{
    private const int MaxFileBytes = 16 << 20;
    private const int MaxShownValue = 80;

    private readonly JsonFields _fields;
    private readonly string _prefix;

    private ConfigFields(string path, string prefix, JsonFields fields)
    {
        Path = path;
        _prefix = prefix;
        _fields = fields;
    }

    public string Path { get; }

    /// <summary>Names of the fields that are there, in the file's order.</summary>
    public IEnumerable<string> Names => _fields.Select(f => f.Key);

    /// <exception cref="ModelConfigException">The file cannot be read, or is not one JSON object.</exception>
    public static ConfigFields Read(string path)
    {
        try
        {
            return Parse(BoundedFile.ReadAll(path, MaxFileBytes), path);
        }
        catch (Exception e) when (BoundedFile.IsReadError(e))
        {
            throw new ModelConfigException(path, null, null, $"cannot be read: {e.Message}", e);
        }
    }

    /// <param name="json">The file's bytes.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="ModelConfigException">They are not one JSON object.</exception>
    public static ConfigFields Parse(ReadOnlyMemory<byte> json, string path)
    {
        JsonFields fields = JsonFields.Parse(json.Span, out string? problem, out Exception? cause)
            ?? throw new ModelConfigException(path, null, null, $"is not valid JSON for a config: {problem}", cause);
        return new ConfigFields(path, string.Empty, fields);
    }

    /// <summary>Whether the field is there at all, even as null.</summary>
    public bool IsPresent(string field) => _fields.TryGet(field, out _);

    /// <summary>The field's value; null if absent or null.</summary>
    public JsonElement? Value(string field)
        => _fields.TryGet(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public ConfigFields? Object(string field)
    {
        if (Value(field) is not { } value)
        {
            return null;
        }

        return JsonFields.Of(value, out string? problem) is { } fields
            ? new ConfigFields(Path, $"{_prefix}{field}.", fields)
            : throw Refuse(field, $"must be an object, but {problem}.");
    }

    public int Integer(string field, int min, int max)
        => OptionalInteger(field, min, max) ?? throw Refuse(field, "is missing, and has no default.");

    public int? OptionalInteger(string field, int min, int max)
        => Value(field) is { } value ? IntegerOf(field, value, min, max) : null;

    /// <summary>A field that holds one whole number or a list of them; empty if absent.</summary>
    public IReadOnlyList<int> Integers(string field, int min, int max, int maxCount) => Value(field) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > maxCount
            => throw Refuse(field, $"has more than {maxCount} elements."),
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(e => IntegerOf(field, e, min, max))],
        { } single => [IntegerOf(field, single, min, max)],
    };

    /// <summary>A finite number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public double? OptionalNumber(string field, double min, double max)
    {
        if (Value(field) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= min && number <= max
            ? number
            : throw Refuse(field, $"must be a number from {min} to {max}.");
    }

    public bool? OptionalFlag(string field) => Value(field)?.ValueKind switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse(field, "must be true or false."),
    };

    public string? OptionalText(string field)
        => Value(field) is { } value ? JsonText.TextOf(value) ?? throw Refuse(field, "must be a string.") : null;

    /// <summary>A list of strings; null if absent.</summary>
    public IReadOnlyList<string>? OptionalTexts(string field)
    {
        if (Value(field) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(e => JsonText.TextOf(e) ?? throw Refuse(field, "must be a list of strings."))]
            : throw Refuse(field, "must be a list of strings.");
    }

    /// <summary>The error for a field, with its value.</summary>
    public ModelConfigException Refuse(string field, string problem)
    {
        string? value = _fields.TryGet(field, out JsonElement element) ? element.GetRawText() : null;
        string? shown = value?.Length > MaxShownValue ? $"{value.AsSpan(0, MaxShownValue)}..." : value;
        return new ModelConfigException(Path, _prefix + field, shown, problem);
    }

    private int IntegerOf(string field, JsonElement value, int min, int max)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Refuse(field, $"must be a whole number from {min} to {max}.");
}
