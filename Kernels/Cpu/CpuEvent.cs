using System.Diagnostics;

namespace SpecExecNative.Kernels.Cpu;

/// <summary>Always complete: a <see cref="CpuQueue{TLanes}"/> has done its work before any call returns.</summary>
internal sealed class CpuEvent : DeviceEvent
{
    private long _recorded;

    public override bool IsComplete => true;

    /// <summary>It is reached now.</summary>
    public void Record() => _recorded = Stopwatch.GetTimestamp();

    public override double SecondsSince(DeviceEvent start)
        => start is CpuEvent earlier ? Stopwatch.GetElapsedTime(earlier._recorded, _recorded).TotalSeconds : base.SecondsSince(start);

    public override void Synchronize()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
