using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Bench.Cpu;

/// <summary>The CPU device and the machine's limits.</summary>
internal sealed class CpuSession : BenchSession
{
    public CpuSession(int threads, Timing timing)
    {
        (Threads, Timing) = (threads, timing);
        Limits = [.. new[] { 1, threads }.Distinct().Select(count => CpuLimits.Measure(count, timing))];
        Cpu = new CpuDevice(threads);
    }

    public CpuDevice Cpu { get; }

    public int Threads { get; }

    public Timing Timing { get; }

    /// <summary>Of one thread, then of all.</summary>
    public IReadOnlyList<CpuLimits> Limits { get; }

    public override string Device => Cpu.Name;

    public override IReadOnlyList<Row> Rows => [.. Limits.Select(l => l.Row)];

    public override void Dispose() => Cpu.Dispose();
}
