using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Tracing;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Engine.Planning;

/// <summary>Listens to a simulated device and to the generator, and sums up what each was busy with in which part of the iterations.</summary>
internal sealed class SimulatedTimeline : IDisposable
{
    private readonly SimulatedDevice _device;
    private readonly List<DeviceSpan> _spans = [];
    private readonly List<Iteration> _iterations = [];

    public SimulatedTimeline(SimulatedDevice device)
    {
        _device = device;
        device.SpanDone += _spans.Add;
    }

    /// <summary>An iteration has just ended.</summary>
    public void EndIteration(IterationStatistics statistics)
        => _iterations.Add(new Iteration(_device.Clock.Now - statistics.Total.TotalSeconds, _device.Clock.Now, statistics));

    /// <summary>What has been so far does not count.</summary>
    public void Reset()
    {
        // A copy that is under way goes on.
        _spans.RemoveAll(span => span.End <= _device.Clock.Now);
        _iterations.Clear();
    }

    /// <summary>Means over the iterations since the last reset.</summary>
    public PairPlan Summarize(LoadedPair pair, PlanRequest request, GenerationStatistics run)
    {
        double Mean(Func<Iteration, double> of) => _iterations.Count == 0 ? 0 : _iterations.Average(of);
        double passes = _iterations.Sum(i => i.Pass.Seconds);
        double total = _iterations.Sum(i => i.End - i.Start);
        (double Start, double End)[] passWindows = [.. _iterations.Select(i => (i.Pass.Start, i.Pass.Start + i.Pass.Seconds))];
        (double Start, double End)[] windows = [.. _iterations.Select(i => (i.Start, i.End))];
        (double Start, double End)[] draftWindows = [.. _iterations.Select(i => (i.Start, i.Pass.Start))];
        double drafting = Mean(i => i.Statistics.Draft.TotalSeconds);
        double computing = Busy(DeviceTrack.Compute, passWindows);
        return new PairPlan
        {
            Memory = pair.Memory,
            TreeBudget = pair.Tree.Budget,
            TreeBatch = run.TreeBatch,
            TreeNodes = Mean(i => i.Statistics.TreeNodes),
            DraftSteps = Mean(i => i.Statistics.DraftSteps),
            IterationSeconds = Mean(i => i.End - i.Start),
            StreamSeconds = pair.Target.StreamedBytesPerPass / _device.LinkBytesPerSecond,
            ComputeSeconds = computing / Math.Max(1, _iterations.Count),
            DraftSeconds = drafting,
            ExposedDraftSeconds = drafting - (Busy(DeviceTrack.CopyToDevice, draftWindows) / Math.Max(1, _iterations.Count)),
            VerifySeconds = Mean(i => i.Pass.Seconds),
            WalkSeconds = Mean(i => i.Statistics.Walk.TotalSeconds),
            CopyBusy = passes > 0 ? Busy(DeviceTrack.CopyToDevice, passWindows) / passes : 0,
            CopyBusyOverall = total > 0 ? Busy(DeviceTrack.CopyToDevice, windows) / total : 0,
            ComputeBusy = total > 0 ? Busy(DeviceTrack.Compute, windows) / total : 0,
            TokensPerIteration = Mean(i => i.Statistics.Tokens),
            PrefillSeconds = run.Prefill.TotalSeconds,
            StreamedBytes = pair.Target.StreamedBytesPerPass,
            Place = pair.Place,
            SourceBytesPerSecond = _device.LinkBytesPerSecond,
            LastIteration = _iterations.Count == 0 ? [] : SpansOf(_iterations[^1]),
        };
    }

    public void Dispose() => _device.SpanDone -= _spans.Add;

    private double Busy(DeviceTrack track, (double Start, double End)[] windows) => BusyTime.Of(_spans.Where(s => s.Track == track), windows);

    private List<DeviceSpan> SpansOf(Iteration iteration)
    {
        double walk = iteration.Pass.Start + iteration.Pass.Seconds;
        List<DeviceSpan> spans =
        [
            new DeviceSpan(DeviceTrack.Host, "draft", iteration.Start, iteration.Pass.Start - iteration.Start),
            new DeviceSpan(DeviceTrack.Host, "verify", iteration.Pass.Start, iteration.Pass.Seconds),
            new DeviceSpan(DeviceTrack.Host, "walk", walk, iteration.End - walk),
        ];
        spans.AddRange(_spans.Where(s => s.End > iteration.Start && s.Start < iteration.End));
        return spans;
    }

    private readonly record struct Iteration(double Start, double End, IterationStatistics Statistics)
    {
        /// <summary>The target's pass.</summary>
        public (double Start, double Seconds) Pass => (Start + Statistics.Draft.TotalSeconds, Statistics.Verify.TotalSeconds);
    }
}
