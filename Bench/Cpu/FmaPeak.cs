using System.Runtime.CompilerServices;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Bench.Cpu;

/// <summary>The most multiply-adds this machine does: independent chains in registers, no memory.</summary>
internal static class FmaPeak
{
    private const int Steps = 1 << 18;

    /// <summary>GFLOP/s of a team, two operations to a multiply-add.</summary>
    public static Samples Measure(WorkerTeam team, Timing timing)
        => SimdWidthExtensions.Widest switch
        {
            SimdWidth.Bits512 => Measure<Lanes512>(team, timing),
            SimdWidth.Bits256 => Measure<Lanes256>(team, timing),
            _ => Measure<Lanes128>(team, timing),
        };

    private static Samples Measure<TLanes>(WorkerTeam team, Timing timing)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Work<TLanes> work = default;
        Samples seconds = timing.Seconds(() => team.Run(ref work, team.Threads * Work<TLanes>.ItemsPerThread, Steps));
        double flops = 2.0 * team.Threads * Work<TLanes>.ItemsPerThread * Steps * Work<TLanes>.Chains * LaneMath.Width;
        return seconds.Rates(flops / 1e9);
    }

    private struct Work<TLanes> : IWork
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public const int ItemsPerThread = 4;

        // Ten 512-bit chains, or five times two 256-bit ones: more than latency × units everywhere.
        public static int Chains => TLanes.TilePanels == 2 ? 10 : 5;

        public readonly void Execute(int item, int worker) => Keep(RunChains());

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static TLanes RunChains()
        {
            TLanes x = TLanes.Broadcast(0.999f);
            TLanes a = TLanes.Broadcast(1f), b = a, c = a, d = a, e = a;
            TLanes f = a, g = a, h = a, i = a, j = a;
            for (int step = 0; step < Steps; step++)
            {
                a = TLanes.MultiplyAdd(a, x, x);
                b = TLanes.MultiplyAdd(b, x, x);
                c = TLanes.MultiplyAdd(c, x, x);
                d = TLanes.MultiplyAdd(d, x, x);
                e = TLanes.MultiplyAdd(e, x, x);
                if (TLanes.TilePanels == 2)
                {
                    f = TLanes.MultiplyAdd(f, x, x);
                    g = TLanes.MultiplyAdd(g, x, x);
                    h = TLanes.MultiplyAdd(h, x, x);
                    i = TLanes.MultiplyAdd(i, x, x);
                    j = TLanes.MultiplyAdd(j, x, x);
                }
            }

            return a + b + c + d + e + f + g + h + i + j;
        }

        // The sum must be wanted by somebody, or the loop would be removed.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Keep(TLanes value) => _ = value;
    }
}
