using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>Times work of a queue: many calls are queued and waited for once, so the cost of asking and waiting does not count.</summary>
internal sealed class QueueClock(ComputeQueue queue, Timing timing)
{
    private const double WantedSeconds = 2e-3;
    private const int MostCalls = 200;

    /// <summary>Seconds of one call of <paramref name="work"/> on the device.</summary>
    public double Seconds(Action work)
    {
        work();
        queue.Synchronize();
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        work();
        queue.Synchronize();
        double once = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        int calls = (int)Math.Clamp(WantedSeconds / once, 1, MostCalls);
        return timing.MedianSeconds(() =>
        {
            for (int i = 0; i < calls; i++)
            {
                work();
            }

            queue.Synchronize();
        }) / calls;
    }
}
