using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SpecExecNative.Loaders.Safetensors;

/// <summary>
/// Writes a safetensors file as the reference writer does: tensors sorted by type (widest first), then by name,
/// the header padded so that the data buffer, and with it every tensor, is naturally aligned.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly SortedDictionary<TensorKey, Entry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The header's <c>__metadata__</c>; left out where empty.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor whose bytes are at hand. They are kept, not copied, until the file is written.</summary>
    /// <param name="name">Any Unicode text but <c>__metadata__</c>.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Row-major; empty for a scalar.</param>
    /// <param name="content">Little-endian, row-major.</param>
    /// <exception cref="ArgumentException">The name is taken or no Unicode, or the content's size is not the shape's.</exception>
    public void Add(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> content)
    {
        if (Size(type, shape) != content.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has {content.Length} bytes of content, but its shape takes {Size(type, shape)}.", nameof(content));
        }

        Add(name, type, shape, stream => stream.Write(content.Span));
    }

    /// <summary>Adds a tensor whose bytes are produced when the file is written; it may be larger than memory.</summary>
    /// <inheritdoc cref="Add(string, TensorType, IReadOnlyList{long}, ReadOnlyMemory{byte})"/>
    /// <param name="name"/>
    /// <param name="type"/>
    /// <param name="shape"/>
    /// <param name="write">Writes exactly the bytes that the shape takes.</param>
    public void Add(string name, TensorType type, IReadOnlyList<long> shape, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        long bytes = Size(type, shape);
        byte[] utf8;
        try
        {
            utf8 = StrictUtf8.GetBytes(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"Tensor name '{name}' is not valid Unicode.", nameof(name), e);
        }

        if (name == HeaderJson.MetadataKey || !_names.Add(name))
        {
            throw new ArgumentException($"There is already a tensor or field named '{name}'.", nameof(name));
        }

        _entries.Add(new TensorKey(type, utf8), new Entry(name, type, [.. shape], bytes, write));
    }

    /// <summary>Writes the file under a temporary name beside <paramref name="path"/>, then renames it: a reader sees all of it or none.</summary>
    /// <remarks>What a tensor's own callback throws comes out as it is.</remarks>
    /// <exception cref="SafetensorsFormatException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The header would be larger than the format allows, or a tensor wrote another number of bytes than it should.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = new PendingFile(path);
        Write(file);
        file.Commit();
    }

    /// <summary>Writes the file's bytes to a stream from its current position.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Save"/>.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] header = Header();
        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (Entry entry in _entries.Values)
        {
            using var counted = new ExactLengthStream(stream, entry.Name, entry.Bytes);
            entry.Write(counted);
            counted.Complete();
        }
    }

    private static long Size(TensorType type, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        try
        {
            long bits = type.Bits();
            foreach (long dimension in shape)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
                bits = checked(bits * dimension);
            }

            return bits % 8 == 0
                ? bits / 8
                : throw new ArgumentException($"A tensor of {bits} bits does not end at a whole byte.", nameof(shape));
        }
        catch (OverflowException e)
        {
            throw new ArgumentException("The tensor is larger than 2^63 bits.", nameof(shape), e);
        }
    }

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            long offset = 0;
            foreach (Entry entry in _entries.Values)
            {
                WriteEntry(json, entry, offset);
                offset = checked(offset + entry.Bytes);
            }

            json.WriteEndObject();
        }

        while (buffer.Length % HeaderAlignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.Length <= SafetensorsHeader.MaxHeaderBytes
            ? buffer.ToArray()
            : throw new InvalidOperationException($"The header takes {buffer.Length} bytes, more than the {SafetensorsHeader.MaxHeaderBytes} that the format allows.");
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        if (Metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(HeaderJson.MetadataKey);
        foreach ((string key, string value) in Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, Entry entry, long offset)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.Type.Spelling());
        json.WriteStartArray("shape");
        foreach (long dimension in entry.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + entry.Bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Order of tensors in the file. Names compare by UTF-8 bytes, which is not the order of .NET's strings.</summary>
    private readonly record struct TensorKey(TensorType Type, byte[] Name) : IComparable<TensorKey>
    {
        public int CompareTo(TensorKey other)
        {
            int byType = ((int)other.Type).CompareTo((int)Type);
            return byType != 0 ? byType : Name.AsSpan().SequenceCompareTo(other.Name);
        }
    }

    private sealed record Entry(string Name, TensorType Type, long[] Shape, long Bytes, Action<Stream> Write);
}
