using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Bench.Cpu;

/// <summary>What a team of threads can do at best.</summary>
/// <param name="PeakGflops">Multiply-adds in registers, two operations each.</param>
/// <param name="ReadGigabytesPerSecond">Reading what no cache holds.</param>
/// <param name="Row">All of it, as measured.</param>
internal sealed record CpuLimits(double PeakGflops, double ReadGigabytesPerSecond, Row Row)
{
    public const string PeakName = "best FMA";
    public const string ReadName = "best memory read";

    public static CpuLimits Measure(int threads, Timing timing)
    {
        using WorkerTeam team = new(threads);
        using MemoryBandwidth memory = new();
        Samples peak = FmaPeak.Measure(team, timing);
        Samples read = memory.Read(team, timing);
        Samples copy = memory.Copy(team, timing);
        return new CpuLimits(peak.Best, read.Best, new Row(
            "limits",
            [new("threads", $"{threads}")],
            [
                peak.Figure("FMA", "GFLOP/s"), peak.BestFigure(PeakName, "GFLOP/s"),
                read.Figure("memory read", "GB/s"), read.BestFigure(ReadName, "GB/s"),
                copy.Figure("memory copy", "GB/s"), copy.BestFigure("best memory copy", "GB/s"),
            ]));
    }
}
