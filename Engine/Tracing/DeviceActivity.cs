using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Tracing;

/// <summary>Sums up, iteration by iteration, how much of the time a device copied and computed.</summary>
internal sealed class DeviceActivity(bool keepsSpans)
{
    private readonly List<DeviceSpan> _spans = [];
    private readonly List<(double Start, double End)> _drafts = [];
    private readonly List<(double Start, double End)> _passes = [];
    private readonly List<(double Start, double End)> _iterations = [];
    private double _copyingInDrafts;
    private double _copyingInPasses;
    private double _copying;
    private double _computing;

    /// <summary>Everything that was done, if it is kept.</summary>
    public IReadOnlyList<DeviceSpan> Spans => _spans;

    /// <summary>Seconds in the draft while nothing was copied to the device; null: there was no iteration.</summary>
    public double? ExposedDraft => _drafts.Count > 0 ? _drafts.Sum(w => w.End - w.Start) - _copyingInDrafts : null;

    /// <summary>Share of the target's passes in which the device copied to itself; null: there was none.</summary>
    public double? CopyBusy => Share(_copyingInPasses, _passes);

    /// <summary>The same of whole iterations.</summary>
    public double? CopyBusyOverall => Share(_copying, _iterations);

    /// <summary>Share of whole iterations in which the device computed for the target.</summary>
    public double? ComputeBusy => Share(_computing, _iterations);

    /// <summary>Adds an iteration.</summary>
    /// <param name="iteration">From its beginning to its end, on the timeline's axis.</param>
    /// <param name="pass">The target's pass in it; what is before it is the draft's.</param>
    /// <param name="done">What has ended since the last call: in this iteration, or begun in one before.</param>
    public void Add((double Start, double End) iteration, (double Start, double End) pass, IReadOnlyList<DeviceSpan> done)
    {
        _drafts.Add((iteration.Start, pass.Start));
        _passes.Add(pass);
        _iterations.Add(iteration);
        DeviceSpan[] copies = [.. done.Where(s => s.Track == DeviceTrack.CopyToDevice)];
        _copyingInDrafts += BusyTime.Of(copies, _drafts);
        _copyingInPasses += BusyTime.Of(copies, _passes);
        _copying += BusyTime.Of(copies, _iterations);
        _computing += BusyTime.Of(done.Where(s => s.Track == DeviceTrack.Compute), _iterations);
        Keep(done);
    }

    /// <summary>Keeps what was done outside of iterations.</summary>
    public void Keep(IReadOnlyList<DeviceSpan> done)
    {
        if (keepsSpans)
        {
            _spans.AddRange(done);
        }
    }

    private static double? Share(double busy, List<(double Start, double End)> windows)
        => windows.Sum(w => w.End - w.Start) is var total and > 0 ? busy / total : null;
}
