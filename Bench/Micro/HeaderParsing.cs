using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Bench.Micro;

/// <summary>The header of a safetensors file: names, shapes and offsets of a whole model's tensors, read and checked.</summary>
/// <inheritdoc cref="TreeBuilding" path="/remarks"/>
public class HeaderParsing
{
    private const int TensorBytes = 128;

    private byte[] _file = [];
    private long _length;

    [Params(40, 723)]
    public int Tensors { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        IEnumerable<string> tensors = Enumerable.Range(0, Tensors).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"\"model.layers.{i / 9}.self_attn.part_{i % 9}.weight\":{{\"dtype\":\"F16\",\"shape\":[8,8],\"data_offsets\":[{i * TensorBytes},{(i + 1) * TensorBytes}]}}"));
        byte[] json = Encoding.UTF8.GetBytes($"{{{string.Join(',', tensors)}}}");
        _file = new byte[sizeof(ulong) + json.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(_file, (ulong)json.Length);
        json.CopyTo(_file, sizeof(ulong));
        _length = _file.Length + (Tensors * TensorBytes);
    }

    [Benchmark(Description = "safetensors header")]
    public SafetensorsHeader Parse() => SafetensorsHeader.Parse(_file, _length, "benchmark");
}
