using System.Text.Json;

namespace SpecExecNative.Loaders.Safetensors;

/// <summary>The header's JSON, read in one pass over the mapped bytes: what it declares, not yet whether that is possible.</summary>
internal ref struct HeaderJson
{
    public const string MetadataKey = "__metadata__";

    // The reference's JSON library stops at the 128th level.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 127 };

    private readonly string _path;
    private Utf8JsonReader _reader;
    private string? _tensorName;

    private HeaderJson(ReadOnlySpan<byte> json, string path)
    {
        _reader = new Utf8JsonReader(json, Options);
        _path = path;
    }

    /// <summary>By name. Where the header has a name twice the last one counts, as in the reference reader.</summary>
    public Dictionary<string, DeclaredTensor> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <exception cref="SafetensorsFormatException">Always with <see cref="SafetensorsError.InvalidHeaderDeserialization"/>.</exception>
    public static HeaderJson Parse(ReadOnlySpan<byte> json, string path)
    {
        var header = new HeaderJson(json, path);
        try
        {
            header.ReadRoot();
        }
        catch (JsonException e)
        {
            throw header.Invalid($"the header is not valid JSON: {e.Message}", e);
        }

        return header;
    }

    private void ReadRoot()
    {
        Next();
        Expect(JsonTokenType.StartObject, "the header", "an object");
        bool hasMetadata = false;
        while (NextProperty() is { } name)
        {
            if (name != MetadataKey)
            {
                _tensorName = name;
                Tensors[name] = ReadTensor(name);
                _tensorName = null;
                continue;
            }

            if (hasMetadata)
            {
                throw Invalid($"duplicate field `{MetadataKey}`");
            }

            hasMetadata = true;
            ReadMetadata();
        }

        // Only whitespace may follow; the reader throws on anything else.
        _reader.Read();
    }

    private void ReadMetadata()
    {
        Next();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(JsonTokenType.StartObject, MetadataKey, "an object");
        while (NextProperty() is { } key)
        {
            Next();
            Expect(JsonTokenType.String, $"{MetadataKey}.{key}", "a string");
            Metadata[key] = Text();
        }
    }

    private DeclaredTensor ReadTensor(string name)
    {
        Next();
        Expect(JsonTokenType.StartObject, "the tensor", "an object");
        TensorType? type = null;
        ulong[]? shape = null;
        ulong[]? offsets = null;
        while (NextProperty() is { } field)
        {
            Next();
            switch (field)
            {
                case "dtype":
                    RefuseDuplicate(type is not null, field);
                    type = ReadType();
                    break;
                case "shape":
                    RefuseDuplicate(shape is not null, field);
                    shape = ReadNumbers(field);
                    break;
                case "data_offsets":
                    RefuseDuplicate(offsets is not null, field);
                    offsets = ReadNumbers(field);
                    break;
                default:
                    _reader.Skip();
                    break;
            }
        }

        if (offsets is not null && offsets.Length != 2)
        {
            throw Invalid($"`data_offsets` has {offsets.Length} elements, not 2");
        }

        return new DeclaredTensor(
            name,
            type ?? throw Invalid("missing field `dtype`"),
            shape ?? throw Invalid("missing field `shape`"),
            offsets?[0] ?? throw Invalid("missing field `data_offsets`"),
            offsets[1]);
    }

    private TensorType ReadType()
    {
        Expect(JsonTokenType.String, "`dtype`", "a string");
        string spelling = Text();
        return TensorTypeExtensions.TryParse(spelling, out TensorType type)
            ? type
            : throw Invalid($"unknown dtype `{spelling}`");
    }

    private ulong[] ReadNumbers(string field)
    {
        Expect(JsonTokenType.StartArray, $"`{field}`", "an array");
        var numbers = new List<ulong>();
        while (Next() != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetUInt64(out ulong number))
            {
                throw Invalid($"`{field}` has an element that is not a whole number from 0 to 2^64 - 1");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private JsonTokenType Next()
    {
        // In a final block the reader throws by itself where a value is cut off, and returns false after the root alone.
        _reader.Read();
        return _reader.TokenType;
    }

    private string? NextProperty() => Next() == JsonTokenType.PropertyName ? Text() : null;

    private string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // The one way there: an escaped half of a surrogate pair. The bytes themselves are known to be UTF-8.
            throw Invalid("a string has a lone surrogate", e);
        }
    }

    private readonly void Expect(JsonTokenType type, string what, string expected)
    {
        if (_reader.TokenType != type)
        {
            throw Invalid($"{what} is not {expected}");
        }
    }

    private readonly void RefuseDuplicate(bool seen, string field)
    {
        if (seen)
        {
            throw Invalid($"duplicate field `{field}`");
        }
    }

    private readonly SafetensorsFormatException Invalid(string problem, Exception? inner = null) => new(
        SafetensorsError.InvalidHeaderDeserialization, _path, _tensorName, $"{problem} (byte {_reader.BytesConsumed} of the header). The file is damaged: download it again.", inner);
}
