using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Stream;

/// <summary>
/// How well the streamer hides one of copying and computing behind the other: passes over dummy layers with work of a chosen length, against
/// the longer of the two by itself. Both alone are measured beforehand.
/// </summary>
/// <param name="session">The device.</param>
internal sealed class OverlapEfficiency(StreamSession session)
{
    private const int LayersPerLargestCopy = 4;

    /// <summary>Work as long as copying takes, and shares and multiples of it.</summary>
    public static IReadOnlyList<string> Shares { get; } = ["0.5", "1", "2"];

    /// <summary>One row.</summary>
    /// <param name="share">Seconds of work for each second that copying takes.</param>
    public Row Measure(string share)
    {
        double wanted = double.Parse(share, System.Globalization.CultureInfo.InvariantCulture);
        using var layers = new DummyLayers(session.Compute, session.LargestCopy / LayersPerLargestCopy);
        Samples copying = session.Timing.Seconds(() => layers.Pass(workPerGroup: 0));
        int work = layers.WorkFor(wanted * copying.Median, action => session.Timing.Seconds(action).Median);
        layers.Settle();
        Samples computing = session.Timing.Seconds(() => layers.Compute(work));
        Samples both = session.Timing.Seconds(() => layers.Pass(work));
        return new Row(
            "overlap",
            [new("work for each second of copying, s", share)],
            [
                both.Figure("pass", "s").Against("the longer alone", Math.Max(copying.Median, computing.Median)),
                copying.Figure("copying alone", "s"),
                computing.Figure("computing alone", "s"),
                copying.Rates(layers.BytesPerPass / 1e9).Figure("copied", "GB/s"),
            ]);
    }
}
