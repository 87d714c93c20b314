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

    /// <summary>Two actions turn about, so that what else the machine does meets both.</summary>
    /// <returns>Median seconds of the one, and the median of its speed against the other's in neighbouring samples.</returns>
    public (double Seconds, double Ratio) Against(Action action, Action other)
    {
        (int calls, int otherCalls) = (WarmUp(action), WarmUp(other));
        double[] samples = new double[Repeats];
        double[] ratios = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            samples[i] = Sample(action, calls);
            ratios[i] = Sample(other, otherCalls) / samples[i];
        }

        Array.Sort(samples);
        Array.Sort(ratios);
        return (samples[Repeats / 2], ratios[Repeats / 2]);
    }

    private static double Sample(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    private double[] SortedSamples(Action action)
    {
        int calls = WarmUp(action);
        double[] samples = new double[Repeats];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = Sample(action, calls);
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
