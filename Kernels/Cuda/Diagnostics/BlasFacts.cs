namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>cuBLAS: a yardstick for our own kernels, which the engine runs without.</summary>
/// <param name="Path">Its library; null: not found.</param>
/// <param name="Version">Its version; null: it needs a card to say so.</param>
public sealed record BlasFacts(string? Path = null, Version? Version = null);
