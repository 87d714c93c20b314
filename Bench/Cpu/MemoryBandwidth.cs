using System.Runtime.CompilerServices;
using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Bench.Cpu;

/// <summary>How fast a team reads, and copies, a block that no cache holds.</summary>
internal sealed unsafe class MemoryBandwidth : IDisposable
{
    private const long Bytes = 256L << 20;
    private const int Items = 64;

    private readonly SpecExecNative.Kernels.Cpu.ScratchMemory _memory = new();
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
    public double Read(WorkerTeam team, Timing timing)
    {
        ReadWork work = new() { Source = _source };
        return Bytes / timing.MedianSeconds(() => team.Run(ref work, Items, Bytes / Items)) / 1e9;
    }

    /// <summary>GB/s copied: each byte is read once and written once, and counts once.</summary>
    public double Copy(WorkerTeam team, Timing timing)
    {
        CopyWork work = new() { Source = (byte*)_source };
        return Bytes / timing.MedianSeconds(() => team.Run(ref work, Items, Bytes / Items)) / 1e9;
    }

    public void Dispose() => _memory.Dispose();

    private struct ReadWork : IWork
    {
        public float* Source;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int item, int worker)
        {
            const long count = Bytes / Items / sizeof(float);
            float* from = Source + (item * count);
            Lanes512 a = Lanes512.Broadcast(0f);
            Lanes512 b = a, c = a, d = a;
            for (long i = 0; i < count; i += 4 * LaneMath.Width)
            {
                a += Lanes512.Load(from + i);
                b += Lanes512.Load(from + i + LaneMath.Width);
                c += Lanes512.Load(from + i + (2 * LaneMath.Width));
                d += Lanes512.Load(from + i + (3 * LaneMath.Width));
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
