namespace SpecExecNative.Kernels.Cpu;

/// <summary>Always complete: a <see cref="CpuQueue{TLanes}"/> has done its work before any call returns.</summary>
internal sealed class CpuEvent : DeviceEvent
{
    public override bool IsComplete => true;

    public override void Synchronize()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
