using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Execution.Memory;

namespace SpecExecNative.CudaEmulator.Execution.Collectives;

/// <summary>
/// mma.sync, ldmatrix and movmatrix. A register of 16-bit pairs, seen as memory, is an 8×8 matrix in row-major order:
/// lane l holds row l/4, columns 2(l mod 4) and the next. So are the registers of A (rows of A) and of B (rows of Bᵀ); the
/// two accumulator registers of a half hold its even and odd columns.
/// <para>Products are exact in f32. They are added one k after the other, each sum rounded to nearest: one order that a
/// card could take, not one that it promises.</para>
/// </summary>
internal static unsafe class MatrixHandlers
{
    private const int Side = 8;
    private const int Elements = Side * Side;

    /// <summary>m16n8k16. Vector: d0-3, c0-3, b0-1, a0-3.</summary>
    public static void Multiply16<TWidening>(Warp warp, Instruction i, uint mask)
        where TWidening : IWidening
    {
        CheckWhole(warp, i, mask);
        float* a = stackalloc float[4 * Elements];
        float* b = stackalloc float[2 * Elements];
        for (int q = 0; q < 4; q++)
        {
            Widen<TWidening>((ushort*)(warp.Registers + i.Vector[10 + q]), a + (q * Elements));
        }

        for (int q = 0; q < 2; q++)
        {
            WidenTransposed<TWidening>((ushort*)(warp.Registers + i.Vector[8 + q]), b + (q * Elements));
        }

        // a0 and a2 are the upper eight rows at k 0-7 and 8-15, a1 and a3 the lower ones.
        for (int half = 0; half < 2; half++)
        {
            MultiplyHalf(warp, i, half, a + (half * Elements), b, a + ((half + 2) * Elements), b + Elements);
        }
    }

    /// <summary>m16n8k8. Vector: d0-3, c0-3, b0, a0-1.</summary>
    public static void Multiply8<TWidening>(Warp warp, Instruction i, uint mask)
        where TWidening : IWidening
    {
        CheckWhole(warp, i, mask);
        float* a = stackalloc float[2 * Elements];
        float* b = stackalloc float[Elements];
        for (int q = 0; q < 2; q++)
        {
            Widen<TWidening>((ushort*)(warp.Registers + i.Vector[9 + q]), a + (q * Elements));
        }

        WidenTransposed<TWidening>((ushort*)(warp.Registers + i.Vector[8]), b);
        for (int half = 0; half < 2; half++)
        {
            MultiplyHalf(warp, i, half, a + (half * Elements), b, null, null);
        }
    }

    public static void Load(Warp warp, Instruction i, uint mask) => LoadRows(warp, i, mask, transposed: false);

    public static void LoadTransposed(Warp warp, Instruction i, uint mask) => LoadRows(warp, i, mask, transposed: true);

    /// <summary>movmatrix: the transpose of one matrix.</summary>
    public static void Transpose(Warp warp, Instruction i, uint mask)
    {
        CheckWhole(warp, i, mask);
        ushort* copy = stackalloc ushort[Elements];
        Unsafe.CopyBlock(copy, warp.Registers + i.A, Elements * sizeof(ushort));
        TransposeInto(copy, (ushort*)(warp.Registers + i.D));
    }

    // Lane 8q + r names the address of row r of matrix q.
    private static void LoadRows(Warp warp, Instruction i, uint mask, bool transposed)
    {
        CheckWhole(warp, i, mask);
        ulong* addresses = stackalloc ulong[Lanes.Count];
        int rows = i.Vector.Length * Side;
        uint naming = rows == Lanes.Count ? Lanes.Full : (1u << rows) - 1;
        AddressResolver.Resolve(warp, i, naming, new Access(AccessKind.Read, Side * sizeof(ushort), Strong: false), addresses);
        ushort* matrix = stackalloc ushort[Elements];
        for (int q = 0; q < i.Vector.Length; q++)
        {
            var d = (ushort*)(warp.Registers + i.Vector[q]);
            ushort* to = transposed ? matrix : d;
            for (int row = 0; row < Side; row++)
            {
                Vector128.Load((ushort*)addresses[(q * Side) + row]).Store(to + (row * Side));
            }

            if (transposed)
            {
                TransposeInto(matrix, d);
            }
        }
    }

    private static void CheckWhole(Warp warp, Instruction i, uint mask)
    {
        if (mask != Lanes.Full)
        {
            throw warp.Fault(FaultKind.DivergentWarpOperation, -1, $"{i.Text} needs all 32 lanes, 0x{mask:x8} are there");
        }
    }

    // Eight rows of the result: their accumulators stay in vector registers over all of k.
    private static void MultiplyHalf(Warp warp, Instruction i, int half, float* a, float* b, float* a2, float* b2)
    {
        var even = (float*)(warp.Registers + i.Vector[4 + (2 * half)]);
        var odd = (float*)(warp.Registers + i.Vector[5 + (2 * half)]);
        Vector256<float>* sums = stackalloc Vector256<float>[Side];
        for (int row = 0; row < Side; row++)
        {
            sums[row] = Interleave(even + (4 * row), odd + (4 * row));
        }

        Accumulate(sums, a, b);
        if (a2 is not null)
        {
            Accumulate(sums, a2, b2);
        }

        var evenOut = (float*)(warp.Registers + i.Vector[2 * half]);
        var oddOut = (float*)(warp.Registers + i.Vector[1 + (2 * half)]);
        for (int row = 0; row < Side; row++)
        {
            Deinterleave(sums[row], evenOut + (4 * row), oddOut + (4 * row));
        }
    }

    private static void Accumulate(Vector256<float>* sums, float* a, float* b)
    {
        Vector256<float> s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
        Vector256<float> s4 = sums[4], s5 = sums[5], s6 = sums[6], s7 = sums[7];
        for (int k = 0; k < Side; k++)
        {
            Vector256<float> column = Vector256.Load(b + (k * Side));
            s0 += Vector256.Create(a[k]) * column;
            s1 += Vector256.Create(a[8 + k]) * column;
            s2 += Vector256.Create(a[16 + k]) * column;
            s3 += Vector256.Create(a[24 + k]) * column;
            s4 += Vector256.Create(a[32 + k]) * column;
            s5 += Vector256.Create(a[40 + k]) * column;
            s6 += Vector256.Create(a[48 + k]) * column;
            s7 += Vector256.Create(a[56 + k]) * column;
        }

        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        sums[4] = s4;
        sums[5] = s5;
        sums[6] = s6;
        sums[7] = s7;
    }

    private static void Widen<TWidening>(ushort* from, float* to)
        where TWidening : IWidening
    {
        for (int row = 0; row < Side; row++)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(from + (row * Side)));
            TWidening.Widen(Vector256.Create(low, high)).Store(to + (row * Side));
        }
    }

    private static void WidenTransposed<TWidening>(ushort* from, float* to)
        where TWidening : IWidening
    {
        ushort* transposed = stackalloc ushort[Elements];
        TransposeInto(from, transposed);
        Widen<TWidening>(transposed, to);
    }

    private static void TransposeInto(ushort* from, ushort* to)
    {
        if (!Sse2.IsSupported)
        {
            for (int k = 0; k < Elements; k++)
            {
                to[k] = from[((k % Side) * Side) + (k / Side)];
            }

            return;
        }

        // Three rounds of pairwise interleaving: 16, 32, 64 bits.
        Vector128<ushort>* rows = stackalloc Vector128<ushort>[Side];
        Vector128<uint>* pairs = stackalloc Vector128<uint>[Side];
        for (int k = 0; k < 4; k++)
        {
            Vector128<ushort> upper = Vector128.Load(from + (2 * k * Side));
            Vector128<ushort> lower = Vector128.Load(from + (((2 * k) + 1) * Side));
            rows[2 * k] = Sse2.UnpackLow(upper, lower);
            rows[(2 * k) + 1] = Sse2.UnpackHigh(upper, lower);
        }

        for (int k = 0; k < 2; k++)
        {
            for (int half = 0; half < 2; half++)
            {
                Vector128<uint> upper = rows[(4 * k) + half].AsUInt32();
                Vector128<uint> lower = rows[(4 * k) + half + 2].AsUInt32();
                pairs[(4 * k) + (2 * half)] = Sse2.UnpackLow(upper, lower);
                pairs[(4 * k) + (2 * half) + 1] = Sse2.UnpackHigh(upper, lower);
            }
        }

        for (int k = 0; k < 4; k++)
        {
            Sse2.UnpackLow(pairs[k].AsUInt64(), pairs[k + 4].AsUInt64()).AsUInt16().Store(to + (2 * k * Side));
            Sse2.UnpackHigh(pairs[k].AsUInt64(), pairs[k + 4].AsUInt64()).AsUInt16().Store(to + (((2 * k) + 1) * Side));
        }
    }

    private static Vector256<float> Interleave(float* even, float* odd)
    {
        if (Sse.IsSupported)
        {
            Vector128<float> e = Vector128.Load(even);
            Vector128<float> o = Vector128.Load(odd);
            return Vector256.Create(Sse.UnpackLow(e, o), Sse.UnpackHigh(e, o));
        }

        return Vector256.Create(even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3]);
    }

    private static void Deinterleave(Vector256<float> row, float* even, float* odd)
    {
        if (Sse.IsSupported)
        {
            Sse.Shuffle(row.GetLower(), row.GetUpper(), 0b10_00_10_00).Store(even);
            Sse.Shuffle(row.GetLower(), row.GetUpper(), 0b11_01_11_01).Store(odd);
            return;
        }

        for (int column = 0; column < 4; column++)
        {
            even[column] = row[2 * column];
            odd[column] = row[(2 * column) + 1];
        }
    }
}
