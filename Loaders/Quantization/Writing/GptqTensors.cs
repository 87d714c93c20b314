using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SpecExecNative.Loaders.Quantization.Formats;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>
/// A 4-bit matrix in GPTQ's layout, version 1 (<see cref="GptqFormat"/>): inputs keep their natural places, <c>g_idx</c> says which group
/// each belongs to, and zeros are stored less one.
/// </summary>
internal static class GptqTensors
{
    private const int PerWord = PackedNibbles.PerWord;

    /// <summary>Adds the four tensors of a module.</summary>
    /// <exception cref="ArgumentException">The matrix cannot be packed, or has a zero of 0, whose stored form is ambiguous.</exception>
    public static void Add(SafetensorsWriter writer, string module, Int4Matrix matrix)
    {
        if (matrix.Columns % PerWord != 0 || matrix.Rows % PerWord != 0)
        {
            throw new ArgumentException($"{matrix.Rows} x {matrix.Columns} is no multiple of {PerWord} both ways.", nameof(matrix));
        }

        long rows = matrix.Rows;
        writer.Add($"{module}.qweight", TensorType.I32, [matrix.Columns / PerWord, rows], Bytes(Nibbles(matrix)));
        writer.Add($"{module}.qzeros", TensorType.I32, [matrix.Groups, rows / PerWord], Bytes(Zeros(matrix)));
        writer.Add($"{module}.scales", TensorType.F16, [matrix.Groups, rows], Scales(matrix));
        writer.Add($"{module}.g_idx", TensorType.I32, [matrix.Columns], Bytes(GroupIndex(matrix)));
    }

    /// <summary>Nibble j of word [r, n] is input 8r + j of output n.</summary>
    private static uint[] Nibbles(Int4Matrix matrix)
    {
        uint[] words = new uint[(long)matrix.Columns / PerWord * matrix.Rows];
        Parallel.For(0, matrix.Rows, row =>
        {
            ReadOnlySpan<byte> encoded = matrix.Row(row);
            for (int place = 0; place < matrix.Columns; place++)
            {
                uint nibble = (uint)(encoded[place >> 1] >> ((place & 1) * 4)) & 15;
                int input = matrix.Order is null ? place : matrix.Order[place];
                words[((long)(input / PerWord) * matrix.Rows) + row] |= nibble << (input % PerWord * 4);
            }
        });
        return words;
    }

    private static uint[] Zeros(Int4Matrix matrix)
    {
        uint[] words = new uint[(long)matrix.Groups * matrix.Rows / PerWord];
        for (int row = 0; row < matrix.Rows; row++)
        {
            ReadOnlySpan<byte> zeros = matrix.Zeros(row);
            for (int group = 0; group < zeros.Length; group++)
            {
                if (zeros[group] == 0)
                {
                    throw new ArgumentException($"Group {group} of row {row} has zero 0, which is stored as 15 and read as 0 or 16.", nameof(matrix));
                }

                words[((long)group * matrix.Rows / PerWord) + (row / PerWord)] |= (uint)(zeros[group] - 1) << (row % PerWord * 4);
            }
        }

        return words;
    }

    private static byte[] Scales(Int4Matrix matrix)
    {
        byte[] scales = new byte[(long)matrix.Groups * matrix.Rows * sizeof(ushort)];
        for (int row = 0; row < matrix.Rows; row++)
        {
            ReadOnlySpan<byte> ofRow = matrix.Scales(row);
            for (int group = 0; group < matrix.Groups; group++)
            {
                ofRow.Slice(group * sizeof(ushort), sizeof(ushort)).CopyTo(scales.AsSpan((int)((((long)group * matrix.Rows) + row) * sizeof(ushort))));
            }
        }

        return scales;
    }

    private static uint[] GroupIndex(Int4Matrix matrix)
    {
        uint[] groups = new uint[matrix.Columns];
        for (int place = 0; place < groups.Length; place++)
        {
            groups[matrix.Order is null ? place : matrix.Order[place]] = (uint)(place / matrix.GroupSize);
        }

        return groups;
    }

    private static byte[] Bytes(uint[] words)
    {
        byte[] bytes = new byte[(long)words.Length * sizeof(uint)];
        MemoryMarshal.AsBytes(words.AsSpan()).CopyTo(bytes);
        if (!BitConverter.IsLittleEndian)
        {
            Span<uint> written = MemoryMarshal.Cast<byte, uint>(bytes.AsSpan());
            BinaryPrimitives.ReverseEndianness(written, written);
        }

        return bytes;
    }
}
