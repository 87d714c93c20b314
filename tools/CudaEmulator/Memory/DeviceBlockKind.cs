namespace SpecExecNative.CudaEmulator.Memory;

/// <summary>What a stretch of device-visible memory is.</summary>
public enum DeviceBlockKind
{
    /// <summary>Allocated on the device: undefined until written.</summary>
    Device,

    /// <summary>Host memory that the device may touch: the host may have written any of it, so all counts as
    /// initialised.</summary>
    MappedHost,

    /// <summary>A module's variable: initialised by the loader.</summary>
    ModuleGlobal,
}
