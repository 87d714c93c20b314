using System.Diagnostics;

namespace SpecExecNative.Bench.Reporting;

/// <summary>How long to measure.</summary>
/// <param name="WarmUpMilliseconds">Time for the just-in-time compiler to settle and for clocks to rise.</param>
/// <param name="Repeats">Samples, of which the median counts.</param>
/// <param name="SampleMilliseconds">Least length of a sample; short actions are repeated within it.</param>
public sealed record Timing(int WarmUpMilliseconds, int Repeats, int SampleMilliseconds)
{
    public static Timing Full { get; } = new(200, 15, 20);

    public static Timing Quick { get; } = new(50, 5, 5);

    /// <summary>Seconds of one call of <paramref name="action"/>: the median of all samples.</summary>
    public double MedianSeconds(Action action) => SortedSamples(action)[Repeats / 2];

    /// <summary>Seconds of the fastest sample: for a limit of the machine, which other programs can only hide.</summary>
    public double FastestSeconds(Action action) => SortedSamples(action)[0];

    private double[] SortedSamples(Action action)
    {
        int calls = WarmUp(action);
        double[] samples = new double[Repeats];
        for (int i = 0; i < samples.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < calls; call++)
            {
                action();
            }

            samples[i] = Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }

        Array.Sort(samples);
        return samples;
    }

    /// <summary>Runs the action for the warm-up time and returns how many calls make a sample.</summary>
    private int WarmUp(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        double fastest = double.PositiveInfinity;
        do
        {
            long callStart = Stopwatch.GetTimestamp();
            action();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(callStart).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmUpMilliseconds);

        return (int)Math.Clamp(Math.Ceiling(SampleMilliseconds / fastest), 1, 1_000_000);
    }
}
