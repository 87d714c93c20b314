namespace SpecExecNative.Kernels.Cuda;

/// <summary>Measured speed of copies from and to page-locked memory.</summary>
/// <param name="ToDevice">Bytes per second.</param>
/// <param name="ToHost">Bytes per second.</param>
public sealed record CopyRates(double ToDevice, double ToHost);
