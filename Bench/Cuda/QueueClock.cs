using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>
/// Times work of a queue: many calls are captured, replayed and waited for once, so the cost of asking and waiting does not count,
/// as it does not in the engine's draft steps.
/// </summary>
internal sealed class QueueClock(ComputeQueue queue, Timing timing)
{
    private const double WantedSeconds = 2e-3;
    private const int MostCalls = 200;

    /// <summary>Seconds of one call of <paramref name="work"/> on the device.</summary>
    public double Seconds(Action work) => Seconds(_ => work(), 1);

    /// <summary>The same for work that takes long, and is not captured: a copy within a card's memory is slower as part of a graph.</summary>
    public double SecondsUncaptured(Action work)
    {
        const int Calls = 4;
        return timing.MedianSeconds(() =>
        {
            for (int i = 0; i < Calls; i++)
            {
                work();
            }

            queue.Synchronize();
        }) / Calls;
    }

    /// <summary>The same where successive calls should not find each other's data in the card's cache.</summary>
    /// <param name="work">Is told which of the variants to take.</param>
    /// <param name="variants">How many sets of data there are.</param>
    public double Seconds(Action<int> work, int variants)
    {
        for (int i = 0; i < variants; i++)
        {
            work(i); // a capture may hold only what was asked for before
        }

        queue.Synchronize();
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        work(0);
        queue.Synchronize();
        double once = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        int calls = Math.Max(variants, (int)Math.Clamp(WantedSeconds / once, 1, MostCalls));
        using CapturedWork captured = queue.Capture(() =>
        {
            for (int i = 0; i < calls; i++)
            {
                work(i % variants);
            }
        });
        return timing.MedianSeconds(() =>
        {
            captured.Replay();
            queue.Synchronize();
        }) / calls;
    }
}
