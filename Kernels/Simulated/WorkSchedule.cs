namespace SpecExecNative.Kernels.Simulated;

/// <summary>
/// Decides when each piece of work is done: queues are in order, an engine takes whatever was ready first. Time is worked out no further than
/// the host waits, since what the host asks for later may begin earlier than what is still pending.
/// </summary>
internal sealed class WorkSchedule
{
    private readonly List<Queue<SimulatedWork>> _queues = [];

    /// <summary>Told of all that an engine has done, in the order of its beginning; null: nobody listens.</summary>
    public Action<DeviceSpan>? Done { get; set; }

    /// <summary>Adds a queue.</summary>
    public Queue<SimulatedWork> AddQueue()
    {
        var queue = new Queue<SimulatedWork>();
        _queues.Add(queue);
        return queue;
    }

    /// <summary>Forgets a queue with all that it was still to do.</summary>
    public void RemoveQueue(Queue<SimulatedWork> queue) => _queues.Remove(queue);

    /// <summary>Works out when <paramref name="work"/> is done.</summary>
    /// <exception cref="InvalidOperationException">It waits for something that never comes.</exception>
    public double RunUntil(SimulatedWork work)
    {
        while (!work.IsScheduled)
        {
            Queue<SimulatedWork> queue = Next() ?? throw new InvalidOperationException($"'{work.Name}' waits for work that no queue will do.");
            Finish(queue.Dequeue());
        }

        return work.End;
    }

    /// <summary>True once it is done at that time.</summary>
    public bool IsDone(SimulatedWork work, double time)
    {
        while (!work.IsScheduled && Next() is { } queue && StartOf(queue.Peek()) <= time)
        {
            Finish(queue.Dequeue());
        }

        return work.IsScheduled && work.End <= time;
    }

    /// <summary>The queue whose head can begin first; null: none can.</summary>
    private Queue<SimulatedWork>? Next()
    {
        Queue<SimulatedWork>? best = null;
        (double Start, double Ready) bestTimes = (double.PositiveInfinity, double.PositiveInfinity);
        foreach (Queue<SimulatedWork> queue in _queues)
        {
            if (!queue.TryPeek(out SimulatedWork? head) || head.Awaited is { IsScheduled: false })
            {
                continue;
            }

            head.ReadyAt = Math.Max(head.IssuedAt, Math.Max(head.Previous?.End ?? 0, head.Awaited?.End ?? 0));
            (double Start, double Ready) times = (StartOf(head), head.ReadyAt);
            if (times.CompareTo(bestTimes) < 0)
            {
                (best, bestTimes) = (queue, times);
            }
        }

        return best;
    }

    private static double StartOf(SimulatedWork head) => Math.Max(head.ReadyAt, head.Engine?.FreeAt ?? 0);

    private void Finish(SimulatedWork work)
    {
        double start = StartOf(work);
        work.End = start + work.Seconds;
        (work.Previous, work.Awaited) = (null, null); // what is done need not be remembered
        if (work.Engine is { } engine)
        {
            engine.FreeAt = work.End;
            Done?.Invoke(new DeviceSpan(engine.Track, work.Name, start, work.Seconds));
        }
    }
}
