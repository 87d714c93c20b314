using System.Buffers.Binary;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>A weight matrix as a checkpoint stores it, and the exact values of its elements.</summary>
internal sealed class StoredMatrix
{
    private StoredMatrix(WeightShape shape)
    {
        Shape = shape;
        Bytes = new byte[shape.Rows * shape.RowBytes];
        Values = new float[shape.Rows * shape.Columns];
    }

    public WeightShape Shape { get; }

    /// <summary>Little-endian, row-major.</summary>
    public byte[] Bytes { get; }

    /// <summary>What <see cref="Bytes"/> mean, by the runtime's own conversions.</summary>
    public float[] Values { get; }

    /// <summary>Random weights of the size that models have, rounded to <paramref name="type"/>.</summary>
    public static StoredMatrix Random(Random random, int rows, int columns, DType type)
    {
        StoredMatrix matrix = new(new WeightShape(rows, columns, type));
        for (int i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Set(i, ((float)random.NextDouble() - 0.5f) * 0.2f);
        }

        return matrix;
    }

    /// <summary>One column whose rows are all bit patterns of a 16-bit type.</summary>
    public static StoredMatrix AllPatterns(DType type)
    {
        StoredMatrix matrix = new(new WeightShape(65536, 1, type));
        for (int i = 0; i < 65536; i++)
        {
            matrix.SetBits(i, (ushort)i);
        }

        return matrix;
    }

    private void Set(int index, float value)
    {
        switch (Shape.Type)
        {
            case DType.F32:
                BinaryPrimitives.WriteSingleLittleEndian(Bytes.AsSpan(index * 4), value);
                Values[index] = value;
                break;
            case DType.F16:
                SetBits(index, BitConverter.HalfToUInt16Bits((Half)value));
                break;
            default:
                SetBits(index, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
                break;
        }
    }

    private void SetBits(int index, ushort bits)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(index * 2), bits);
        Values[index] = Shape.Type == DType.F16
            ? (float)BitConverter.UInt16BitsToHalf(bits)
            : BitConverter.UInt32BitsToSingle((uint)bits << 16);
    }
}
