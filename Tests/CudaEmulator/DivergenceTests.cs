using NUnit.Framework;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;
using SpecExecNative.CudaEmulator.Ptx;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>Lanes that take different ways come together again and compute what each alone would.</summary>
public sealed class DivergenceTests
{
    private static readonly ulong[][] Inputs = [.. Enumerable.Range(0, 256).Select(k => new[] { (ulong)((k * 37) % 101) })];

    [Test]
    public void LoopOfDifferentLengthsEndsForEachLaneAtItsOwnTime()
    {
        const string Collatz = """
            .reg .b32 x, odd; .reg .pred p;
            mov.u32 x, a; mov.u32 d, 0; max.u32 x, x, 1;
            AGAIN: setp.le.u32 p, x, 1; @p bra DONE;
            and.b32 odd, x, 1; setp.eq.u32 p, odd, 0; @p bra EVEN;
            mad.lo.u32 x, x, 3, 1; bra NEXT;
            EVEN: shr.u32 x, x, 1;
            NEXT: add.u32 d, d, 1; bra.uni AGAIN;
            DONE:
            """;
        ulong[] results = InstructionRunner.Run(Collatz, "b32", ["b32"], Inputs);
        Assert.That(results, Is.EqualTo(Inputs.Select(x => (ulong)CollatzSteps(Math.Max(1, (int)x[0])))));
    }

    [Test]
    public void LanesMeetAgainBehindABranch()
    {
        const string Ballot = """
            .reg .b32 l; .reg .pred p;
            and.b32 l, a, 1; setp.eq.u32 p, l, 0; @p bra EVEN;
            mov.u32 d, 1; bra.uni MEET;
            EVEN: mov.u32 d, 2;
            MEET: activemask.b32 d;
            """;
        ulong[] results = InstructionRunner.Run(Ballot, "b32", ["b32"], Inputs);
        Assert.That(results, Is.All.EqualTo(0xFFFFFFFFul));
    }

    [Test]
    public void IndexedBranchTakesEachLaneToItsTarget()
    {
        const string Table = """
            .reg .b32 i;
            rem.u32 i, a, 3;
            ways: .branchtargets ZERO, ONE, TWO;
            brx.idx i, ways;
            ZERO: mov.u32 d, 100; bra.uni DONE;
            ONE: mov.u32 d, 200; bra.uni DONE;
            TWO: mov.u32 d, 300;
            DONE:
            """;
        ulong[] results = InstructionRunner.Run(Table, "b32", ["b32"], Inputs);
        Assert.That(results, Is.EqualTo(Inputs.Select(x => 100 * (1 + (x[0] % 3)))));
    }

    [Test]
    public void PredicatedInstructionLeavesOtherLanesAlone()
    {
        const string Guarded = """
            .reg .pred p;
            mov.u32 d, 7; setp.gt.u32 p, a, 50; @p add.u32 d, d, a; @!p sub.u32 d, d, a;
            """;
        ulong[] results = InstructionRunner.Run(Guarded, "b32", ["b32"], Inputs);
        Assert.That(results, Is.EqualTo(Inputs.Select(x => x[0] > 50 ? 7 + x[0] : (uint)(7 - (int)x[0]))));
    }

    [Test]
    public void CalledFunctionReturnsToEachCaller()
    {
        const string Text = """
            .version 8.4
            .target sm_80
            .address_size 64
            .func (.param .b32 result) twice_or_zero(.param .b32 x) {
              .reg .b32 v; .reg .pred p;
              ld.param.b32 v, [x]; setp.gt.u32 p, v, 10; @p bra BIG;
              add.u32 v, v, v; st.param.b32 [result], v; ret;
              BIG: mov.u32 v, 0; st.param.b32 [result], v; ret;
            }
            .visible .entry one(.param .u64 pout) {
              .reg .b64 out, at; .reg .b32 t, u;
              ld.param.u64 out, [pout]; mov.u32 t, %tid.x;
              { .param .b32 p0; .param .b32 r0; st.param.b32 [p0], t; call.uni (r0), twice_or_zero, (p0); ld.param.b32 u, [r0]; }
              add.u32 t, u, 1;
              { .param .b32 p0; .param .b32 r0; st.param.b32 [p0], t; call.uni (r0), twice_or_zero, (p0); ld.param.b32 u, [r0]; }
              mov.u32 t, %tid.x; mul.wide.u32 at, t, 4; add.s64 out, out, at; st.global.u32 [out], u; ret;
            }
            """;
        using var bench = new KernelBench();
        DeviceBlock output = bench.Allocate<uint>(32);
        bench.Launch(PtxModule.Parse(Text).Kernels["one"], new LaunchShape(1, 1, 1, 32, 1, 1), ExecutionOptions.Default, output);
        Assert.That(KernelBench.Download<uint>(output), Is.EqualTo(Enumerable.Range(0, 32).Select(t => (uint)F(F(t) + 1))));

        static int F(int x) => x > 10 ? 0 : 2 * x;
    }

    [TestCase("up", "0x0", 3)]
    [TestCase("down", "0x1f", 3)]
    [TestCase("bfly", "0x1f", 5)]
    [TestCase("idx", "0x1f", 9)]
    [TestCase("idx", "0x181f", 3)]
    [TestCase("down", "0x181f", 3)]
    public void ShuffleReadsTheLaneThatTheIsaNames(string mode, string clampAndSegment, int operand)
    {
        string text = $".reg .pred p; .reg .b32 l; mov.u32 l, %laneid; shfl.sync.{mode}.b32 d|p, l, {operand}, {clampAndSegment}, -1; @!p add.u32 d, d, 1000;";
        ulong[] results = InstructionRunner.Run(text, "b32", ["b32"], Inputs);
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, Inputs.Length).Select(k => (ulong)Shuffled(mode, k % 32, operand, Convert.ToInt32(clampAndSegment, 16)))));
    }

    // The pseudo code of the PTX ISA, shfl.sync.
    private static int Shuffled(string mode, int lane, int operand, int c)
    {
        int segmask = (c >> 8) & 0x1F;
        int cval = c & 0x1F;
        int maxLane = (lane & segmask) | (cval & ~segmask);
        int minLane = lane & segmask;
        (int j, bool p) = mode switch
        {
            "up" => (lane - operand, lane - operand >= maxLane),
            "down" => (lane + operand, lane + operand <= maxLane),
            "bfly" => (lane ^ operand, (lane ^ operand) <= maxLane),
            _ => (minLane | (operand & ~segmask), (minLane | (operand & ~segmask)) <= maxLane),
        };
        return p ? j : lane + 1000;
    }

    private static int CollatzSteps(int x)
    {
        int steps = 0;
        for (; x > 1; steps++)
        {
            x = x % 2 == 0 ? x / 2 : (3 * x) + 1;
        }

        return steps;
    }
}
