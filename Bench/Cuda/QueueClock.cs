using SpecExecNative.Bench.Figures;
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
    public Samples Seconds(Action work) => Seconds(_ => work(), 1);

    /// <summary>The same for work that takes long, and is not captured: a copy within a card's memory is slower as part of a graph.</summary>
    public Samples SecondsUncaptured(Action work)
    {
        const int Calls = 4;
        return timing.Seconds(() =>
        {
            for (int i = 0; i < Calls; i++)
            {
                work();
            }

            queue.Synchronize();
        }).Times(1.0 / Calls);
    }

    /// <summary>The same where successive calls should not find each other's data in the card's cache.</summary>
    /// <param name="work">Is told which of the variants to take.</param>
    /// <param name="variants">How many sets of data there are.</param>
    public Samples Seconds(Action<int> work, int variants)
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
        return timing.Seconds(() =>
        {
            captured.Replay();
            queue.Synchronize();
        }).Times(1.0 / calls);
    }
}
