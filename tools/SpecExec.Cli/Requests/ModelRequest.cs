using SpecExecNative.Engine.Offload;

namespace SpecExecNative.Cli.Requests;

/// <summary>Which models to load, and how.</summary>
/// <param name="Target">Directory or <c>org/name</c>.</param>
/// <param name="Draft">Directory or <c>org/name</c>; null: none.</param>
/// <param name="IsDemoPair">They are the pair that comes along.</param>
/// <param name="ContextLength">Tokens; null: the model's own.</param>
/// <param name="Device">Where to compute.</param>
internal sealed record ModelRequest(string Target, string? Draft, bool IsDemoPair, int? ContextLength, DeviceRequest Device)
{
    /// <summary>Where the weights of both come from.</summary>
    public LoadFormat Format { get; init; }

    /// <summary>Where its streamed layers wait.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>How much of the target stays there.</summary>
    public ResidencyRequest Residency { get; init; } = new();
}
