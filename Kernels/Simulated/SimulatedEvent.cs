namespace SpecExecNative.Kernels.Simulated;

/// <summary>A point in a simulated queue's work.</summary>
internal sealed class SimulatedEvent(SimulatedDevice device) : DeviceEvent
{
    private double _recordedAt;

    /// <summary>The last work before the last record; null: there was none.</summary>
    public SimulatedWork? Point
    {
        get;
        set
        {
            field = value;
            _recordedAt = device.Clock.Now;
        }
    }

    private double Time => Point is null ? _recordedAt : device.Schedule.RunUntil(Point);

    public override bool IsComplete => Point is null || device.Schedule.IsDone(Point, device.Clock.Now);

    public override double SecondsSince(DeviceEvent start) => start is SimulatedEvent earlier ? Time - earlier.Time : base.SecondsSince(start);

    public override void Synchronize() => device.WaitFor(Point);

    protected override void Dispose(bool disposing)
    {
    }
}
