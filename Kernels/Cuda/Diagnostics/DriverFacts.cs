namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>NVIDIA's driver.</summary>
/// <param name="State">How far one gets with it.</param>
/// <param name="Path">Its library; null: not found.</param>
/// <param name="CudaVersion">The newest CUDA version that it supports; null: it does not say.</param>
/// <param name="Release">Its own version, e.g. <c>550.54.15</c>; null: not known.</param>
/// <param name="Failure">Why it cannot be used; null: it can.</param>
/// <param name="FailureCode">The number that <c>cuInit</c> returned, where it failed; otherwise 0.</param>
public sealed record DriverFacts(
    DriverState State, string? Path = null, Version? CudaVersion = null, string? Release = null, string? Failure = null, int FailureCode = 0)
{
    /// <summary>The oldest driver that will do.</summary>
    public static Version OldestCuda => CudaRuntime.OldestDriver;
}
