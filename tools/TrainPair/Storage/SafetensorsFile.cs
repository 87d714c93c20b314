using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace SpecExecNative.TrainPair.Storage;

/// <summary>
/// The safetensors format, as far as the trainer needs it: an 8-byte header length, a JSON header padded with spaces
/// to a multiple of 8, then the tensors' bytes. Weights, checkpoints and teacher data are all kept in it.
/// Deliberately not the engine's reader: the trainer's golden file is an oracle for the engine.
/// </summary>
internal sealed class SafetensorsFile
{
    private const int LengthBytes = 8;

    private readonly string _path;
    private readonly byte[] _file;
    private readonly int _dataStart;
    private readonly JsonElement _header;

    private SafetensorsFile(string path)
    {
        _path = path;
        _file = File.ReadAllBytes(path);
        if (_file.Length < LengthBytes)
        {
            throw new StoredTensorsException(path, "shorter than its own header length");
        }

        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(_file);
        if (headerBytes > (ulong)(_file.Length - LengthBytes))
        {
            throw new StoredTensorsException(path, $"the header claims {headerBytes} bytes, the file has {_file.Length}");
        }

        _dataStart = LengthBytes + (int)headerBytes;
        try
        {
            _header = JsonDocument.Parse(_file.AsMemory(LengthBytes, (int)headerBytes)).RootElement;
        }
        catch (JsonException e)
        {
            throw new StoredTensorsException(path, $"the header is not JSON: {e.Message}");
        }
    }

    public static SafetensorsFile Read(string path)
    {
        return new SafetensorsFile(path);
    }

    /// <exception cref="StoredTensorsException">There is no such tensor, or its bytes are not in the file.</exception>
    public StoredTensor Tensor(string name)
    {
        if (!_header.TryGetProperty(name, out JsonElement entry))
        {
            throw new StoredTensorsException(_path, $"has no tensor '{name}'");
        }

        JsonElement offsets = entry.GetProperty("data_offsets");
        int start = offsets[0].GetInt32();
        int end = offsets[1].GetInt32();
        if (start < 0 || end < start || end > _file.Length - _dataStart)
        {
            throw new StoredTensorsException(_path, $"tensor '{name}' lies outside the file; it was cut short");
        }

        return new StoredTensor(
            entry.GetProperty("dtype").GetString()!,
            [.. entry.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())],
            _file[(_dataStart + start)..(_dataStart + end)]);
    }

    /// <exception cref="StoredTensorsException">The file carries no such note.</exception>
    public string Metadata(string key)
    {
        return _header.TryGetProperty("__metadata__", out JsonElement metadata) && metadata.TryGetProperty(key, out JsonElement value)
            ? value.GetString()!
            : throw new StoredTensorsException(_path, $"has no metadata '{key}'");
    }

    /// <summary>Writes atomically, tensors in the order given.</summary>
    public static void Write(
        string path,
        IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        byte[] header = Header(tensors, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach ((string _, StoredTensor tensor) in tensors)
            {
                stream.Write(tensor.Bytes);
            }
        });
    }

    private static byte[] Header(
        IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach ((string name, StoredTensor tensor) in tensors)
            {
                WriteEntry(json, name, tensor, ref offset);
            }

            json.WriteEndObject();
        }

        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, StoredTensor tensor, ref long offset)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", tensor.DType);
        json.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        offset += tensor.Bytes.LongLength;
        json.WriteNumberValue(offset);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
