using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>
/// Times work of a queue by the card's own clock: many calls are captured and replayed between two timed events, so the cost of asking and
/// waiting does not count, as it does not in the engine's draft steps.
/// </summary>
internal sealed class QueueClock(ComputeDevice device, ComputeQueue queue, Timing timing)
{
    /// <summary>Seconds of one call of <paramref name="work"/> on the device.</summary>
    public Samples Seconds(Action work) => Seconds(_ => work(), 1);

    /// <summary>The same where successive calls should not find each other's data in the card's cache.</summary>
    /// <param name="work">Is told which of the variants to take.</param>
    /// <param name="variants">How many sets of data there are.</param>
    public Samples Seconds(Action<int> work, int variants)
    {
        using TimedWork timed = TimedWork.Captured(device, queue, work, variants);
        return timed.Seconds(timing);
    }

    /// <summary>The same for work that takes long, and is not captured: a copy within a card's memory is slower as part of a graph.</summary>
    public Samples SecondsUncaptured(Action work)
    {
        using TimedWork timed = TimedWork.Asked(device, queue, work);
        return timed.Seconds(timing);
    }
}
