namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>NVRTC, NVIDIA's run-time compiler.</summary>
/// <param name="Path">Its library; null: not found.</param>
/// <param name="Origin">Where the idea to look there came from, e.g. <c>CUDA_PATH</c>, <c>pip</c>; null: not found.</param>
/// <param name="Version">The CUDA version it belongs to; null: not found, or it does not answer.</param>
/// <param name="Architectures">What it compiles for, ascending.</param>
/// <param name="Failure">Why it cannot be used; null: it can.</param>
public sealed record CompilerFacts(
    string? Path, string? Origin, Version? Version, IReadOnlyList<GpuArchitecture> Architectures, string? Failure = null)
{
    /// <summary>It was not found.</summary>
    public static CompilerFacts Missing(string explanation) => new(null, null, null, [], explanation);
}
