using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cuda.Wrappers;

/// <summary>What the wrappers must answer, from the formulas of the PTX ISA (9.7.14: mma.m16n8k16, ldmatrix), in double precision.</summary>
internal sealed class WrapperOracle(DType element, uint[] lanesInput)
{
    private const int Words = WrapperKernel.WordsOfALane;

    public double Value(ushort bits)
        => element == DType.F16 ? (double)BitConverter.UInt16BitsToHalf(bits) : BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Rounded to the nearest element, ties to even.</summary>
    public ushort Round(float value)
    {
        if (element == DType.F16)
        {
            return BitConverter.HalfToUInt16Bits((Half)value);
        }

        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>sums + a · b for a lane's i-th sum, and the sum of the absolute products: what rounding scales with.</summary>
    public (double Sum, double Magnitude) Sum(int lane, int i)
    {
        // ISA: for c0, c1 row = groupID, for c2, c3 row = groupID + 8; column = threadID_in_group * 2 + (i & 1).
        int row = (lane >> 2) + (i < 2 ? 0 : 8);
        int column = ((lane % 4) * 2) + (i & 1);
        double sum = BitConverter.UInt32BitsToSingle(lanesInput[(lane * Words) + 6 + i]);
        double magnitude = Math.Abs(sum);
        for (int k = 0; k < 16; k++)
        {
            double product = A(row, k) * B(k, column);
            sum += product;
            magnitude += Math.Abs(product);
        }

        return (sum, magnitude);
    }

    /// <summary>A lane's part of the i-th 8 × 8 matrix of the tile.</summary>
    public uint Matrix(int lane, int i, bool transposed)
    {
        // ISA: thread t holds elements (t / 4, 2 (t % 4)) and the next of row-major matrices; with .trans of the transposed.
        int first = lane / 4;
        int second = 2 * (lane % 4);
        return transposed
            ? Tile((8 * i) + second, first) | ((uint)Tile((8 * i) + second + 1, first) << 16)
            : Tile((8 * i) + first, second) | ((uint)Tile((8 * i) + first, second + 1) << 16);
    }

    /// <summary>Row = a lane's words 0 to 3; the last lane's was asked for as zeros.</summary>
    private ushort Tile(int row, int column)
        => row == WrapperKernel.Lanes - 1 ? (ushort)0 : Half(lanesInput[(row * Words) + (column / 2)], column % 2);

    private double A(int row, int k)
    {
        // ISA, inverted: a(i): row = groupID (+ 8 for i = 2, 3, 6, 7), column = threadID_in_group * 2 + (i & 1) (+ 8 for i >= 4).
        int lane = (row % 8 * 4) + (k % 8 / 2);
        int i = (k & 1) + (row >= 8 ? 2 : 0) + (k >= 8 ? 4 : 0);
        return Value(Half(lanesInput[(lane * Words) + (i / 2)], i % 2));
    }

    private double B(int k, int column)
    {
        // b(i): row = threadID_in_group * 2 + (i & 1) (+ 8 for i >= 2), column = groupID.
        int lane = (column * 4) + (k % 8 / 2);
        int i = (k & 1) + (k >= 8 ? 2 : 0);
        return Value(Half(lanesInput[(lane * Words) + 4 + (i / 2)], i % 2));
    }

    private static ushort Half(uint word, int half) => (ushort)(word >> (16 * half));
}
