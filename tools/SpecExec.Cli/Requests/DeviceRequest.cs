using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Requests;

/// <summary>Where to compute.</summary>
/// <param name="Kind">Which sort of device.</param>
/// <param name="Ordinal">Which card.</param>
/// <param name="Element">What a card computes in; null: the checkpoint's own type, if the card can.</param>
/// <param name="Threads">Of the CPU device; null: its own choice.</param>
/// <param name="UsesKernelCache">Compiled kernels are kept.</param>
internal sealed record DeviceRequest(DeviceKind Kind, int Ordinal, DType? Element, int? Threads, bool UsesKernelCache)
{
    /// <summary>A token of the target has the same bits in a pass over one and over a thousand.</summary>
    public bool IsExact { get; init; } = true;
}

/// <summary>What <c>--device</c> can ask for.</summary>
internal enum DeviceKind
{
    /// <summary>A card if there is one that works, else the CPU.</summary>
    Auto,

    Cpu,

    /// <summary>A card, or an error.</summary>
    Cuda,
}
