using System.Text;
using NUnit.Framework;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>Fragment layouts of mma and ldmatrix, computed a second time from the formulas of the PTX ISA ("Matrix
/// Fragments for mma.m16n8k8 / m16n8k16", "ldmatrix"), element by element.</summary>
public sealed class FragmentLayoutTests
{
    [TestCase("f16", 16)]
    [TestCase("bf16", 16)]
    [TestCase("f16", 8)]
    [TestCase("bf16", 8)]
    public void ProductIsThatOfTheMatricesTheFragmentsName(string element, int k)
    {
        // Small integers: every sum is exact, so any wrong place shows.
        var random = new Random(11 + k);
        int[,] a = Matrix(random, 16, k);
        int[,] b = Matrix(random, k, 8);
        int[,] c = Matrix(random, 16, 8);
        int aRegisters = k / 4;
        int bRegisters = k / 8;
        var input = new uint[32 * (aRegisters + bRegisters + 4)];
        for (int lane = 0; lane < 32; lane++)
        {
            int at = lane * (aRegisters + bRegisters + 4);
            for (int i = 0; i < 2 * aRegisters; i++)
            {
                (int row, int column) = PlaceInA(lane, i, k);
                input[at + (i / 2)] |= Bits(a[row, column], element) << (16 * (i % 2));
            }

            for (int i = 0; i < 2 * bRegisters; i++)
            {
                (int row, int column) = PlaceInB(lane, i);
                input[at + aRegisters + (i / 2)] |= Bits(b[row, column], element) << (16 * (i % 2));
            }

            for (int i = 0; i < 4; i++)
            {
                (int row, int column) = PlaceInC(lane, i);
                input[at + aRegisters + bRegisters + i] = BitConverter.SingleToUInt32Bits(c[row, column]);
            }
        }

        float[] output = Run<float>(MmaText(element, k, aRegisters, bRegisters), input, 32 * 4);
        Assert.Multiple(() =>
        {
            for (int lane = 0; lane < 32; lane++)
            {
                for (int i = 0; i < 4; i++)
                {
                    (int row, int column) = PlaceInC(lane, i);
                    int expected = c[row, column] + Enumerable.Range(0, k).Sum(x => a[row, x] * b[x, column]);
                    Assert.That(output[(lane * 4) + i], Is.EqualTo((float)expected), $"row {row} column {column}");
                }
            }
        });
    }

    [TestCase(1, false)]
    [TestCase(2, false)]
    [TestCase(4, false)]
    [TestCase(1, true)]
    [TestCase(2, true)]
    [TestCase(4, true)]
    public void LoadedMatrixGoesWhereTheIsaSays(int matrices, bool transposed)
    {
        // Element (row, column) of matrix q holds 100q + 10row + column; rows lie in reversed order in shared memory.
        var input = new uint[32 * 4];
        for (int q = 0; q < 4; q++)
        {
            for (int row = 0; row < 8; row++)
            {
                for (int column = 0; column < 8; column++)
                {
                    int at = ((31 - ((8 * q) + row)) * 8) + column;
                    input[at / 2] |= (uint)((100 * q) + (10 * row) + column) << (16 * (at % 2));
                }
            }
        }

        uint[] output = Run<uint>(LoadMatrixText(matrices, transposed), input, 32 * matrices);
        Assert.Multiple(() =>
        {
            for (int lane = 0; lane < 32; lane++)
            {
                for (int q = 0; q < matrices; q++)
                {
                    for (int half = 0; half < 2; half++)
                    {
                        int row = lane / 4;
                        int column = (2 * (lane % 4)) + half;
                        int expected = (100 * q) + (transposed ? (10 * column) + row : (10 * row) + column);
                        uint actual = (output[(lane * matrices) + q] >> (16 * half)) & 0xFFFF;
                        Assert.That(actual, Is.EqualTo((uint)expected), $"lane {lane} register {q} half {half}");
                    }
                }
            }
        });
    }

    [Test]
    public void MatrixOperationOfHalfAWarpIsAFault()
    {
        string text = MmaText("f16", 16, 4, 2).Replace("mma.sync", "setp.ge.u32 low, t, 16; @low bra END; mma.sync", StringComparison.Ordinal);
        KernelFault fault = Assert.Throws<KernelFault>(() => Run<float>(text, new uint[32 * 10], 32 * 4))!;
        Assert.That(fault.Kind, Is.EqualTo(FaultKind.DivergentWarpOperation));
    }

    // row = groupID for a0, a1, a4, a5, else groupID + 8; col = 2·threadID_in_group + (i & 1), + 8 for i >= 4.
    private static (int Row, int Column) PlaceInA(int lane, int i, int k)
    {
        int group = lane >> 2;
        int inGroup = lane % 4;
        if (k == 8)
        {
            return (i < 2 ? group : group + 8, (inGroup * 2) + (i & 1));
        }

        int row = i is (>= 0 and < 2) or (>= 4 and < 6) ? group : group + 8;
        int column = i < 4 ? (inGroup * 2) + (i & 1) : (inGroup * 2) + (i & 1) + 8;
        return (row, column);
    }

    // row = 2·threadID_in_group + (i & 1), + 8 for i >= 2; col = groupID.
    private static (int Row, int Column) PlaceInB(int lane, int i)
    {
        int row = i < 2 ? ((lane % 4) * 2) + (i & 1) : ((lane % 4) * 2) + (i & 1) + 8;
        return (row, lane >> 2);
    }

    // row = groupID for c0, c1, else groupID + 8; col = 2·threadID_in_group + (i & 1).
    private static (int Row, int Column) PlaceInC(int lane, int i) =>
        (i < 2 ? lane >> 2 : (lane >> 2) + 8, ((lane % 4) * 2) + (i & 1));

    private static int[,] Matrix(Random random, int rows, int columns)
    {
        var matrix = new int[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                matrix[row, column] = random.Next(-9, 10);
            }
        }

        return matrix;
    }

    private static uint Bits(int value, string element) => element == "f16"
        ? BitConverter.HalfToUInt16Bits((Half)value)
        : BitConverter.SingleToUInt32Bits(value) >> 16;

    private static string MmaText(string element, int k, int aRegisters, int bRegisters)
    {
        int count = aRegisters + bRegisters + 4;
        string Names(string prefix, int n) => "{" + string.Join(", ", Enumerable.Range(0, n).Select(i => prefix + i)) + "}";
        var body = new StringBuilder(".reg .b32 a<4>, b<2>; .reg .f32 c<4>, d<4>; .reg .pred low;\n");
        int at = 0;
        foreach ((string prefix, int n) in new[] { ("a", aRegisters), ("b", bRegisters), ("c", 4) })
        {
            for (int i = 0; i < n; i++, at++)
            {
                body.AppendLine($"ld.global.b32 {prefix}{i}, [in+{4 * at}];");
            }
        }

        body.AppendLine($"mma.sync.aligned.m16n8k{k}.row.col.f32.{element}.{element}.f32 {Names("d", 4)}, {Names("a", aRegisters)}, {(bRegisters == 1 ? "{b0}" : Names("b", 2))}, {Names("c", 4)};");
        for (int i = 0; i < 4; i++)
        {
            body.AppendLine($"st.global.f32 [out+{4 * i}], d{i};");
        }

        return Module(count, 4, body.ToString());
    }

    private static string LoadMatrixText(int matrices, bool transposed)
    {
        string registers = "{" + string.Join(", ", Enumerable.Range(0, matrices).Select(i => $"r{i}")) + "}";
        var body = new StringBuilder(".reg .b32 r<4>, s; .shared .align 16 .b8 tile[512];\n");
        body.AppendLine("mov.u32 s, tile; mad.lo.u32 s, t, 16, s;");
        body.AppendLine("ld.global.v4.u32 {r0, r1, r2, r3}, [in]; st.shared.v4.u32 [s], {r0, r1, r2, r3}; bar.sync 0;");
        body.AppendLine("mov.u32 s, tile; sub.u32 t, 31, t; mad.lo.u32 s, t, 16, s;");
        body.AppendLine($"ldmatrix.sync.aligned.m8n8.x{matrices}{(transposed ? ".trans" : "")}.shared.b16 {registers}, [s];");
        for (int i = 0; i < matrices; i++)
        {
            body.AppendLine($"st.global.u32 [out+{4 * i}], r{i};");
        }

        return Module(4, matrices, body.ToString());
    }

    private static string Module(int inputs, int outputs, string body) =>
        ".version 8.4\n.target sm_80\n.address_size 64\n.visible .entry one(.param .u64 pin, .param .u64 pout) {\n"
        + ".reg .b64 in, out, at; .reg .b32 t;\nld.param.u64 in, [pin]; ld.param.u64 out, [pout]; mov.u32 t, %tid.x;\n"
        + $"mul.wide.u32 at, t, {4 * inputs}; add.s64 in, in, at; mul.wide.u32 at, t, {4 * outputs}; add.s64 out, out, at;\n"
        + body + "END: ret; }";

    private static T[] Run<T>(string text, uint[] input, int outputs)
        where T : unmanaged
    {
        using var bench = new KernelBench();
        DeviceBlock from = bench.Upload<uint>(input);
        DeviceBlock to = bench.Allocate<T>(outputs);
        bench.Launch(PtxModule.Parse(text).Kernels["one"], new LaunchShape(1, 1, 1, 32, 1, 1), ExecutionOptions.Default, from, to);
        return KernelBench.Download<T>(to);
    }
}
