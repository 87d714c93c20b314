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
    public Samples Seconds(Action action) => Seconds(Watched(action));

    /// <summary>The same for what reads a clock of its own.</summary>
    /// <param name="run">Does it so many times and tells how many seconds all of them took.</param>
    public Samples Seconds(Func<int, double> run)
    {
        int calls = WarmUp(run);
        return Samples.OfCosts([.. Enumerable.Range(0, Repeats).Select(_ => run(calls) / calls)]);
    }

    /// <summary>Two actions turn about, so that what else the machine does meets both.</summary>
    /// <returns>Seconds of the one, and its speed over the other's in neighbouring samples.</returns>
    public (Samples Seconds, Samples Ratio) Against(Action action, Action other)
    {
        (Samples seconds, _, Samples ratio) = Against(Watched(action), Watched(other));
        return (seconds, ratio);
    }

    /// <summary>The same for what reads a clock of its own; with the other's seconds, too.</summary>
    public (Samples Seconds, Samples Other, Samples Ratio) Against(Func<int, double> run, Func<int, double> other)
    {
        (int calls, int otherCalls) = (WarmUp(run), WarmUp(other));
        double[] samples = new double[Repeats];
        double[] others = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            samples[i] = run(calls) / calls;
            others[i] = other(otherCalls) / otherCalls;
        }

        return (Samples.OfCosts(samples), Samples.OfCosts(others), Samples.OfRates(samples.Zip(others, (one, two) => two / one)));
    }

    /// <summary>Calls of an action under the host's clock.</summary>
    public static Func<int, double> Watched(Action action) => calls =>
    {
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    };

    /// <summary>Runs it for the warm-up time and returns how many calls make a sample.</summary>
    private int WarmUp(Func<int, double> run)
    {
        const double Milliseconds = 1e3;
        long start = Stopwatch.GetTimestamp();
        double fastest = double.PositiveInfinity;
        do
        {
            fastest = Math.Min(fastest, run(1) * Milliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmUpMilliseconds);

        return (int)Math.Clamp(Math.Ceiling(SampleMilliseconds / fastest), 1, 1_000_000);
    }
}
