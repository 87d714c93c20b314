namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>How fast pinned memory goes to a card and back.</summary>
/// <param name="HostToDevice">Bytes per second, median of several copies.</param>
/// <param name="DeviceToHost">Likewise.</param>
/// <param name="CopyBytes">Size of one copy.</param>
public sealed record CopyRates(double HostToDevice, double DeviceToHost, long CopyBytes);
