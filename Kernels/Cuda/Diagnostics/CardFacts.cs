namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>A card, and how it is doing.</summary>
/// <param name="Card">What the driver says of it.</param>
/// <param name="FreeBytes">Its free memory; null: it could not be asked.</param>
/// <param name="Link">Its connection; null: not known.</param>
/// <param name="Failure">Why nothing runs on it; null: it is usable.</param>
public sealed record CardFacts(CudaCard Card, long? FreeBytes = null, PcieLink? Link = null, string? Failure = null)
{
    /// <summary>Kernels can run on it.</summary>
    public bool IsUsable => Failure is null;
}
