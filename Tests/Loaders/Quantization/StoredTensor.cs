using System.Buffers.Binary;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Quantization;

/// <summary>A tensor that a test writes, or leaves out, or bends first.</summary>
public sealed record StoredTensor(TensorType Type, long[] Shape, byte[] Bytes)
{
    public static StoredTensor Words(int rows, int columns, Func<int, int, uint> word)
    {
        byte[] bytes = new byte[rows * columns * 4];
        for (int i = 0; i < rows * columns; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), word(i / columns, i % columns));
        }

        return new(TensorType.I32, [rows, columns], bytes);
    }

    public static StoredTensor Integers(params int[] values) => Words(1, values.Length, (_, i) => (uint)values[i]) with { Shape = [values.Length] };

    public static StoredTensor Longs(params long[] values) => new(TensorType.I64, [values.Length], [.. values.SelectMany(BitConverter.GetBytes)]);

    public static StoredTensor Floats(TensorType type, int rows, int columns, Func<int, int, float> value)
    {
        IEnumerable<float> values = Enumerable.Range(0, rows * columns).Select(i => value(i / columns, i % columns));
        return new(type, [rows, columns], [.. values.SelectMany(v => Encode(type, v))]);
    }

    /// <summary>Zeros.</summary>
    public static StoredTensor Of(TensorType type, params long[] shape)
        => new(type, shape, new byte[shape.Aggregate(1L, (a, b) => a * b) * type.Bits() / 8]);

    private static byte[] Encode(TensorType type, float value) => type switch
    {
        TensorType.F16 => BitConverter.GetBytes((Half)value),
        TensorType.BF16 => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
        _ => BitConverter.GetBytes(value),
    };
}
