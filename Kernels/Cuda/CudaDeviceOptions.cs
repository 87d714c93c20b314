namespace SpecExecNative.Kernels.Cuda;

/// <summary>How a card is used.</summary>
public sealed record CudaDeviceOptions
{
    /// <summary>Which card, as the driver numbers them.</summary>
    public int Ordinal { get; init; }

    /// <summary>
    /// What weights, activations and the KV cache are held in: <see cref="DType.F16"/>, or <see cref="DType.BF16"/> from compute
    /// capability 8.0 on.
    /// </summary>
    public DType Element { get; init; } = DType.F16;

    /// <summary>Where compiled kernels are kept; null: the platform's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>False: kernels are compiled anew, and not kept.</summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>Pinned memory from this size on is registered, in pieces, instead of being taken from the driver.</summary>
    internal long RegisteredFromBytes { get; init; } = 64L << 20;

    /// <summary>Of one registration at most: whole pages.</summary>
    internal long RegistrationBytes { get; init; } = 1L << 30;

    /// <summary>Receives a line where something is not as it should be, though it goes on.</summary>
    public Action<string>? Log { get; init; }
}
