using System.Diagnostics;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>Work that can be done so many times, and timed: by the card's own clock, between two events of a queue, or by the host's.</summary>
internal sealed class TimedWork : IDisposable
{
    private const double WantedSeconds = 2e-3;
    private const int MostCalls = 200;

    /// <summary>A card's clock ticks every half microsecond.</summary>
    private const double Tick = 5e-7;

    private readonly Func<int, double> _run;
    private readonly IDisposable[] _owned;

    private TimedWork(Func<int, double> run, int calls, params IDisposable[] owned) => (_run, Calls, _owned) = (run, calls, owned);

    /// <summary>Calls of the work in each run.</summary>
    public int Calls { get; }

    /// <summary>Captures about two milliseconds of calls, or one for each variant.</summary>
    /// <param name="device">The queue's.</param>
    /// <param name="queue">Does it.</param>
    /// <param name="work">Is told which of the variants to take.</param>
    /// <param name="variants">How many sets of data there are.</param>
    public static TimedWork Captured(ComputeDevice device, ComputeQueue queue, Action<int> work, int variants)
    {
        for (int i = 0; i < variants; i++)
        {
            work(i); // a capture may hold only what was asked for before
        }

        queue.Synchronize();
        long start = Stopwatch.GetTimestamp();
        work(0);
        queue.Synchronize();
        double once = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int calls = Math.Max(variants, (int)Math.Clamp(WantedSeconds / once, 1, MostCalls));
        CapturedWork captured = queue.Capture(() =>
        {
            for (int i = 0; i < calls; i++)
            {
                work(i % variants);
            }
        });
        return OnCard(device, queue, captured.Replay, calls, captured);
    }

    /// <summary>Asks anew each time.</summary>
    public static TimedWork Asked(ComputeDevice device, ComputeQueue queue, Action work) => OnCard(device, queue, work, 1);

    /// <summary>What the host asks for and waits for, by its own clock.</summary>
    public static TimedWork OnHost(Action work) => new(Timing.Watched(work), 1);

    /// <summary>Seconds of one call.</summary>
    public Samples Seconds(Timing timing) => timing.Seconds(_run).Times(1.0 / Calls);

    /// <summary>Turn about with another: seconds of one call of this, of the other, and this one's speed over the other's.</summary>
    public (Samples Seconds, Samples Other, Samples Ratio) Against(TimedWork other, Timing timing)
    {
        (Samples seconds, Samples others, Samples ratio) = timing.Against(_run, other._run);
        return (seconds.Times(1.0 / Calls), others.Times(1.0 / other.Calls), ratio.Times((double)Calls / other.Calls));
    }

    public void Dispose() => Array.ForEach(_owned, owned => owned.Dispose());

    private static TimedWork OnCard(ComputeDevice device, ComputeQueue queue, Action ask, int calls, params IDisposable[] owned)
    {
        DeviceEvent start = Event(device);
        DeviceEvent end = Event(device);
        double Run(int times)
        {
            queue.Record(start);
            for (int i = 0; i < times; i++)
            {
                ask();
            }

            queue.Record(end);
            queue.Synchronize();
            return Math.Max(Tick, end.SecondsSince(start));
        }

        return new TimedWork(Run, calls, [.. owned, start, end]);
    }

    private static DeviceEvent Event(ComputeDevice device) => device.CreateTimedEvent() ?? throw new InvalidOperationException($"{device.Name} tells no time.");
}
