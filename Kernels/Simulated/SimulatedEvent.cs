namespace SpecExecNative.Kernels.Simulated;

/// <summary>A point in a simulated queue's work.</summary>
internal sealed class SimulatedEvent(SimulatedDevice device) : DeviceEvent
{
    /// <summary>The last work before the last record; null: there was none.</summary>
    public SimulatedWork? Point { get; set; }

    public override bool IsComplete => Point is null || device.Schedule.IsDone(Point, device.Clock.Now);

    public override void Synchronize() => device.WaitFor(Point);

    protected override void Dispose(bool disposing)
    {
    }
}
