using System.Text.Json.Serialization;

namespace SpecExecNative.Kernels.Simulated;

/// <summary>What a card can do, as far as it decides how long transformers take. Sustained figures, not those of the data sheet.</summary>
public sealed record SimulatedCard
{
    /// <summary>As people call it: <c>RTX 4090</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its memory.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What the driver, this program's kernels and, on a desktop, the picture take of it.</summary>
    public long SystemBytes { get; init; } = 700_000_000;

    /// <summary>That a kernel can read from its memory.</summary>
    public required double MemoryBytesPerSecond { get; init; }

    /// <summary>That a large copy from pinned memory reaches on the link that the card was made for.</summary>
    public required double LinkBytesPerSecond { get; init; }

    /// <summary>Floating-point operations per second of a large product of 16-bit inputs, accumulated in 32 bits.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>The same for a product with weights of 4 bits, widened on the way.</summary>
    public required double Int4FlopsPerSecond { get; init; }

    /// <summary>Where the figures are from.</summary>
    public required string Source { get; init; }

    /// <summary>False: a figure is missing or makes no sense.</summary>
    [JsonIgnore]
    public bool IsComplete =>
        Name.Length > 0 && MemoryBytes > 0 && SystemBytes >= 0 && SystemBytes < MemoryBytes
        && IsPositive(MemoryBytesPerSecond) && IsPositive(LinkBytesPerSecond) && IsPositive(FlopsPerSecond) && IsPositive(Int4FlopsPerSecond);

    private static bool IsPositive(double rate) => rate > 0 && double.IsFinite(rate);
}
