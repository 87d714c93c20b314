using System.Runtime.CompilerServices;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Bench.Cpu;

/// <summary>How fast a team reads, and copies, a block that no cache holds.</summary>
internal sealed unsafe class MemoryBandwidth : IDisposable
{
    private const long Bytes = 256L << 20;
    private const int Items = 64;

    private readonly ScratchMemory _memory = new();
    private readonly float* _source;

    public MemoryBandwidth()
    {
        _source = _memory.Floats(2 * Bytes / sizeof(float));
        for (long i = 0; i < 2 * Bytes / sizeof(float); i++)
        {
            _source[i] = 1f;
        }
    }

    /// <summary>GB/s read (10⁹ bytes).</summary>
    public Samples Read(WorkerTeam team, Timing timing) => SimdWidthExtensions.Widest switch
    {
        SimdWidth.Bits512 => Read<Lanes512>(team, timing),
        SimdWidth.Bits256 => Read<Lanes256>(team, timing),
        _ => Read<Lanes128>(team, timing),
    };

    /// <summary>GB/s copied: each byte is read once and written once, and counts once.</summary>
    public Samples Copy(WorkerTeam team, Timing timing)
    {
        CopyWork work = new() { Source = (byte*)_source };
        return timing.Seconds(() => team.Run(ref work, Items, Bytes / Items)).Rates(Bytes / 1e9);
    }

    public void Dispose() => _memory.Dispose();

    private Samples Read<TLanes>(WorkerTeam team, Timing timing)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        ReadWork<TLanes> work = new() { Source = _source };
        return timing.Seconds(() => team.Run(ref work, Items, Bytes / Items)).Rates(Bytes / 1e9);
    }

    private struct ReadWork<TLanes> : IWork
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public float* Source;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int item, int worker)
        {
            const long count = Bytes / Items / sizeof(float);
            float* from = Source + (item * count);
            TLanes a = TLanes.Broadcast(0f);
            TLanes b = a, c = a, d = a;
            for (long i = 0; i < count; i += 4 * LaneMath.Width)
            {
                a += TLanes.Load(from + i);
                b += TLanes.Load(from + i + LaneMath.Width);
                c += TLanes.Load(from + i + (2 * LaneMath.Width));
                d += TLanes.Load(from + i + (3 * LaneMath.Width));
            }

            // What was read must be wanted, or it would not be.
            if (float.IsNaN(LaneMath.Sum(a + b + c + d)))
            {
                throw new InvalidOperationException("The memory held NaN.");
            }
        }
    }

    private struct CopyWork : IWork
    {
        public byte* Source;

        public readonly void Execute(int item, int worker)
        {
            const long count = Bytes / Items;
            Buffer.MemoryCopy(Source + (item * count), Source + Bytes + (item * count), count, count);
        }
    }
}
