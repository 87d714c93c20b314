namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>Which way a copy goes.</summary>
internal enum CopyDirection
{
    HostToDevice,
    DeviceToHost,
    DeviceToDevice,
}
