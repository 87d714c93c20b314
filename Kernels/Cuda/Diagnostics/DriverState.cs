namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>How far one gets with NVIDIA's driver.</summary>
public enum DriverState
{
    /// <summary>Its library is not there.</summary>
    Missing,

    /// <summary>The library is there, and fails.</summary>
    Failing,

    /// <summary>It works, and is older than CUDA 12.0.</summary>
    TooOld,

    /// <summary>It works, and shows no card.</summary>
    NoCard,

    /// <summary>It works, and shows at least one card.</summary>
    Ready,
}
