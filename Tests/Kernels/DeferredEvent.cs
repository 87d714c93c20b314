using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels;

/// <summary>A point in a <see cref="DeferredQueue"/>; waiting for it makes the queue work up to there.</summary>
internal sealed class DeferredEvent : DeviceEvent
{
    private DeferredQueue? _queue;
    private long _point;

    public override bool IsComplete => _queue is null || _queue.Done >= _point;

    public void RecordedAt(DeferredQueue queue, long point) => (_queue, _point) = (queue, point);

    /// <summary>Asked when the host waits: it does not.</summary>
    public Func<bool> IsForgotten { get; init; } = () => false;

    public override void Synchronize()
    {
        if (!IsForgotten())
        {
            LastRecord()();
        }
    }

    /// <summary>Waits for what is recorded now, whatever is recorded later.</summary>
    public Action LastRecord()
    {
        (DeferredQueue? queue, long point) = (_queue, _point);
        return () => queue?.WorkUntil(point);
    }

    protected override void Dispose(bool disposing)
    {
    }
}
