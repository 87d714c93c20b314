using System.Diagnostics;
using SpecExecNative.CudaEmulator.Settings;

namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>The decisions that CUDA leaves open, taken by <see cref="SchedulePolicy"/> and seed.</summary>
internal sealed class Eagerness(EmulatorSettings settings)
{
    private readonly Random _random = new(settings.Seed);
    private readonly long _patience = settings.PatienceMilliseconds * Stopwatch.Frequency / 1000;

    /// <summary>By when an operation queued now starts at the latest.</summary>
    internal long Deadline() => settings.Schedule switch
    {
        SchedulePolicy.Eager => 0,
        SchedulePolicy.Late => Stopwatch.GetTimestamp() + _patience,
        _ => _random.Next(2) == 0 ? 0 : Stopwatch.GetTimestamp() + _random.NextInt64(_patience),
    };

    /// <summary>Which of <paramref name="ready"/> operations, listed in the order they became ready, goes first.</summary>
    internal int Pick(int ready) => settings.Schedule switch
    {
        SchedulePolicy.Eager => 0,
        SchedulePolicy.Late => ready - 1,
        _ => _random.Next(ready),
    };
}
