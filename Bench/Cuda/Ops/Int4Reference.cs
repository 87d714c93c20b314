using System.Buffers.Binary;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>Weights of 4 bits as elements, by the processor: what <c>dequantize</c> is checked against.</summary>
internal static class Int4Reference
{
    private const int BlockRows = 16;
    private const int BlockColumns = 64;
    private const int BlockBytes = BlockRows * BlockColumns / 2;

    /// <summary>Bytes of a row of elements.</summary>
    /// <param name="packed">The whole packed matrix.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="element">What scales are kept in.</param>
    /// <param name="row">Which.</param>
    public static byte[] Row(ReadOnlySpan<byte> packed, WeightShape shape, DType element, int row)
    {
        int blocks = (shape.Columns + BlockColumns - 1) / BlockColumns;
        int paddedRows = (shape.Rows + BlockRows - 1) / BlockRows * BlockRows;
        ReadOnlySpan<byte> scales = packed[(int)Int4Layout.ScaleOffset(shape)..];
        ReadOnlySpan<byte> zeros = packed[(int)Int4Layout.ZeroOffset(shape)..];
        float[] values = new float[RowLayout.Stride(shape.Columns)];
        for (int column = 0; column < shape.Columns; column++)
        {
            int block = ((row / BlockRows * blocks) + (column / BlockColumns)) * BlockBytes;
            int lane = (row % 8 * 4) + (column % 8 / 2);
            int word = (column % 64 / 32 * 2) + (row % BlockRows / 8);
            int nibble = (column % 32 / 8) + (column % 2 * 4);
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(packed[(block + (((lane * 4) + word) * sizeof(uint)))..]);
            int group = (column / shape.Groups.Size * paddedRows) + row;
            int zero = shape.Groups.HasZeros ? zeros[group] : Int4Groups.Middle;
            values[column] = ((int)((bits >> (4 * nibble)) & 15) - zero) * Scale(scales[(2 * group)..], element);
        }

        ushort[] elements = new ushort[values.Length];
        ElementConversion.Convert(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()), DType.F32, elements, element);
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(elements.AsSpan()).ToArray();
    }

    private static float Scale(ReadOnlySpan<byte> bytes, DType element)
        => element == DType.F16
            ? (float)BinaryPrimitives.ReadHalfLittleEndian(bytes)
            : BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16);
}
