using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>What an operation does on the device. One instance serves one execution; a graph keeps a pattern of it.</summary>
internal abstract class DeviceWork
{
    internal abstract Engine Engine { get; }

    /// <summary>"kernel rms_norm", "H2D copy of 1024 bytes".</summary>
    internal abstract string Description { get; }

    /// <summary>Memory that must stay alive and, as far as it is known when queued, what is done to it.</summary>
    internal abstract IReadOnlyList<MemoryAccess> Footprint { get; }

    /// <summary>What it did to memory: complete after execution.</summary>
    internal virtual IReadOnlyList<MemoryAccess> Accesses => Footprint;

    /// <summary>A fresh instance for one execution.</summary>
    internal DeviceWork Instantiate() => (DeviceWork)MemberwiseClone();

    /// <summary>Called when it is queued for execution, under the gate.</summary>
    internal virtual void Queued(WorkSite site)
    {
    }

    /// <summary>Called on its engine's thread, outside the gate.</summary>
    /// <exception cref="DeviceFault">The context is lost.</exception>
    internal abstract void Execute(WorkSite site);
}
