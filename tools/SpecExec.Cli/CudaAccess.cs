using SpecExecNative.Cli.Doctor;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Diagnostics;

namespace SpecExecNative.Cli;

/// <summary>What the world has of NVIDIA's things, apart from the cards that compute. Tests give another world.</summary>
public sealed record CudaAccess
{
    /// <summary>The cards that the driver shows; throws where there is no driver that could.</summary>
    public Func<IReadOnlyList<CudaCard>> ListCards { get; init; } = CudaCard.List;

    /// <summary>The run-time compiler; null: there is none.</summary>
    public Func<NvrtcCompiler?> OpenCompiler { get; init; } = NvrtcCompiler.TryOpen;

    /// <summary>Where compiled kernels are kept.</summary>
    public string CacheFolder { get; init; } = KernelCache.DefaultFolder;

    /// <summary>What there is and what is missing.</summary>
    public Func<CudaInspection> Inspect { get; init; } = CudaInspector.Inspect;

    /// <summary>How fast a card is reached.</summary>
    public Func<CudaCard, CopyRates> MeasureCopies { get; init; } = CopyMeasurement.Measure;

    /// <summary>The system grants only a part of its memory, and does not take a refusal lightly: Windows, and Linux within it.</summary>
    public bool RationsPinnedMemory { get; init; } = OperatingSystem.IsWindows() || Directory.Exists("/usr/lib/wsl");

    /// <summary>How much pinned memory is granted, up to so many bytes.</summary>
    public Func<CudaCard, long, CancellationToken, Task<PinnedGrant>> ProbePinnedMemory { get; init; } = PinnedProbeProcess.RunAsync;
}
