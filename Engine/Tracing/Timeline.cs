using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Tracing;

/// <summary>
/// When what a device was asked to do began and ended, by the device's own clock, and what the host did meanwhile: all on one axis, which
/// begins when this is made. May be told of work by several threads.
/// </summary>
internal sealed class Timeline : IDisposable
{
    private readonly object _lock = new();
    private readonly ComputeDevice _device;
    private readonly DeviceEvent _origin;
    private readonly long _hostOrigin;
    private readonly List<DeviceEvent> _events = []; // all of them: work that fails leaves spans that never end
    private readonly Stack<DeviceEvent> _free = new();
    private readonly Queue<TimedSpan>[] _pending = [.. Enum.GetValues<DeviceTrack>().Select(_ => new Queue<TimedSpan>())];
    private List<DeviceSpan> _done = [];

    private Timeline(ComputeDevice device, ComputeQueue queue, DeviceEvent origin)
    {
        (_device, _origin) = (device, origin);
        queue.Synchronize();
        queue.Record(origin);
        queue.Synchronize();
        _hostOrigin = device.Clock.GetTimestamp();
    }

    /// <summary>Begins a timeline.</summary>
    /// <param name="device">Whose.</param>
    /// <param name="queue">Any of its queues; is waited for.</param>
    /// <returns>Null: the device does not tell when its work is done.</returns>
    public static Timeline? TryStart(ComputeDevice device, ComputeQueue queue)
    {
        if (device.CreateTimedEvent() is not { } origin)
        {
            return null;
        }

        try
        {
            return new Timeline(device, queue, origin);
        }
        catch
        {
            origin.Dispose();
            throw;
        }
    }

    /// <summary>What is queued from here on is a span, until <see cref="End"/>.</summary>
    public TimedSpan Begin(ComputeQueue queue, DeviceTrack track, string name)
    {
        TimedSpan span;
        lock (_lock)
        {
            span = new TimedSpan(track, name, TakeEvent(), TakeEvent());
        }

        queue.Record(span.Start);
        return span;
    }

    /// <summary>The span ends here.</summary>
    public void End(ComputeQueue queue, TimedSpan span)
    {
        queue.Record(span.End);
        lock (_lock)
        {
            _pending[(int)span.Track].Enqueue(span);
        }
    }

    /// <summary>Something that the host did.</summary>
    /// <param name="name">What it was.</param>
    /// <param name="start">Timestamp of the device's <see cref="ComputeDevice.Clock"/>.</param>
    /// <param name="end">The same.</param>
    public void AddHost(string name, long start, long end)
    {
        double seconds = Seconds(start);
        lock (_lock)
        {
            _done.Add(new DeviceSpan(DeviceTrack.Host, name, seconds, Seconds(end) - seconds));
        }
    }

    /// <summary>Seconds of a timestamp on the axis.</summary>
    public double Seconds(long timestamp) => _device.Clock.GetElapsedTime(_hostOrigin, timestamp).TotalSeconds;

    /// <summary>What has ended since the last call; each track in order.</summary>
    public IReadOnlyList<DeviceSpan> Collect()
    {
        lock (_lock)
        {
            foreach (Queue<TimedSpan> track in _pending)
            {
                while (track.TryPeek(out TimedSpan? span) && span.End.IsComplete)
                {
                    track.Dequeue();
                    double start = span.Start.SecondsSince(_origin);
                    _done.Add(new DeviceSpan(span.Track, span.Name, start, span.End.SecondsSince(_origin) - start));
                    _free.Push(span.Start);
                    _free.Push(span.End);
                }
            }

            (List<DeviceSpan> done, _done) = (_done, []);
            return done;
        }
    }

    /// <summary>Nothing may be under way any more that it was told of.</summary>
    public void Dispose()
    {
        Disposal.All([.. _events, _origin]);
    }

    private DeviceEvent TakeEvent()
    {
        if (!_free.TryPop(out DeviceEvent? point))
        {
            point = _device.CreateTimedEvent()!;
            _events.Add(point);
        }

        return point;
    }
}
