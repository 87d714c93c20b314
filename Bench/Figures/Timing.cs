using System.Diagnostics;

namespace SpecExecNative.Bench.Figures;

/// <summary>How long to measure.</summary>
/// <param name="WarmUpMilliseconds">Time for the just-in-time compiler to settle and for clocks to rise.</param>
/// <param name="Repeats">Samples.</param>
/// <param name="SampleMilliseconds">Least length of a sample; short actions are repeated within it.</param>
internal sealed record Timing(int WarmUpMilliseconds, int Repeats, int SampleMilliseconds)
{
    public static Timing Full { get; } = new(200, 15, 20);

    public static Timing Quick { get; } = new(50, 5, 5);

    /// <summary>Seconds of one call of <paramref name="action"/>.</summary>
    public Samples Seconds(Action action)
    {
        int calls = WarmUp(action);
        return Samples.OfCosts([.. Enumerable.Range(0, Repeats).Select(_ => Sample(action, calls))]);
    }

    /// <summary>Two actions turn about, so that what else the machine does meets both.</summary>
    /// <returns>Seconds of the one, and its speed over the other's in neighbouring samples.</returns>
    public (Samples Seconds, Samples Ratio) Against(Action action, Action other)
    {
        (int calls, int otherCalls) = (WarmUp(action), WarmUp(other));
        double[] samples = new double[Repeats];
        double[] ratios = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            samples[i] = Sample(action, calls);
            ratios[i] = Sample(other, otherCalls) / samples[i];
        }

        return (Samples.OfCosts(samples), Samples.OfRates(ratios));
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
