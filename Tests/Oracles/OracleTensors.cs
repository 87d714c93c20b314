using System.Buffers.Binary;
using System.Text.Json;

namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// A safetensors file as doubles, read and written in the plainest way: the whole file in memory, no validation.
/// It exists so that the oracles share no code with the loaders that they judge.
/// Layout: u64 header length | JSON header | row-major little-endian data, offsets relative to the data.
/// </summary>
public static class OracleTensors
{
    /// <summary>Every tensor of the file, flattened row-major; F32, F16 and BF16 widen to double exactly.</summary>
    public static Dictionary<string, double[]> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        Dictionary<string, double[]> tensors = [];
        foreach (JsonProperty entry in header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            int begin = entry.Value.GetProperty("data_offsets")[0].GetInt32();
            int end = entry.Value.GetProperty("data_offsets")[1].GetInt32();
            OracleDType type = Enum.Parse<OracleDType>(entry.Value.GetProperty("dtype").GetString()!);
            tensors.Add(entry.Name, Decode(file.AsSpan(8 + headerLength + begin, end - begin), type));
        }

        return tensors;
    }

    /// <summary>Writes the tensors in the given order, rounding to <paramref name="type"/> (nearest, ties to even).</summary>
    public static void Write(string path, IEnumerable<(string Name, int[] Shape, double[] Values)> tensors, OracleDType type)
    {
        using MemoryStream data = new();
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            foreach ((string name, int[] shape, double[] values) in tensors)
            {
                long begin = data.Length;
                data.Write(Encode(values, type));
                json.WriteStartObject(name);
                json.WriteString("dtype", type.ToString());
                WriteNumbers(json, "shape", shape.Select(s => (long)s));
                WriteNumbers(json, "data_offsets", [begin, data.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        using FileStream file = File.Create(path);
        file.Write(length);
        header.WriteTo(file);
        data.WriteTo(file);
    }

    private static double[] Decode(ReadOnlySpan<byte> bytes, OracleDType type)
    {
        int size = type == OracleDType.F32 ? 4 : 2;
        double[] values = new double[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            values[i] = type switch
            {
                OracleDType.F32 => BinaryPrimitives.ReadSingleLittleEndian(element),
                OracleDType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
            };
        }

        return values;
    }

    private static byte[] Encode(double[] values, OracleDType type)
    {
        int size = type == OracleDType.F32 ? 4 : 2;
        byte[] bytes = new byte[values.Length * size];
        for (int i = 0; i < values.Length; i++)
        {
            Span<byte> element = bytes.AsSpan(i * size, size);
            switch (type)
            {
                case OracleDType.F32:
                    BinaryPrimitives.WriteSingleLittleEndian(element, (float)values[i]);
                    break;
                case OracleDType.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(element, (Half)values[i]);
                    break;
                default:
                    uint bits = BitConverter.SingleToUInt32Bits((float)values[i]);
                    uint nearestEven = bits + 0x7FFF + ((bits >> 16) & 1);
                    BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)(nearestEven >> 16));
                    break;
            }
        }

        return bytes;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
