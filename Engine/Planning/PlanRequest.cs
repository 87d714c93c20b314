using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Engine.Planning;

/// <summary>What to forecast.</summary>
public sealed record PlanRequest
{
    public required WeightCatalog Target { get; init; }

    public required WeightCatalog Draft { get; init; }

    public required AcceptanceModel Acceptance { get; init; }

    /// <summary>The tree.</summary>
    public required TreeOptions Tree { get; init; }

    /// <summary>Where the target's layers may lie.</summary>
    public ResidencyRequest Residency { get; init; } = new();

    /// <summary>Where streamed layers wait. Main memory that nothing is said of is large enough.</summary>
    public StorageOptions Storage { get; init; } = new() { MemoryBytes = long.MaxValue };

    /// <summary>What the disk gives that they may wait on, in bytes per second.</summary>
    public double DiskBytesPerSecond { get; init; } = 5e9;

    /// <summary>Tokens of prompt and text together; null: the models' own.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; init; } = 512;

    /// <summary>Iterations that count.</summary>
    public int Iterations { get; init; } = 16;

    /// <summary>Iterations before them, until nothing changes any more.</summary>
    public int WarmUp { get; init; } = 4;

    /// <summary>What the host does meanwhile.</summary>
    public HostWork Host { get; init; } = new();

    /// <summary>Of the random draws.</summary>
    public int Seed { get; init; } = 1;

    /// <exception cref="OptionException">A number makes no sense.</exception>
    public void Validate()
    {
        Tree.Validate();
        Residency.Validate();
        OptionException.ThrowUnless(PromptTokens >= 1, nameof(PromptTokens), PromptTokens, "1 or more");
        OptionException.ThrowUnless(DiskBytesPerSecond is > 0 and < double.PositiveInfinity, nameof(DiskBytesPerSecond), DiskBytesPerSecond, "positive");
        OptionException.ThrowUnless(Iterations is >= 1 and <= 100_000, nameof(Iterations), Iterations, "from 1 to 100,000");
        OptionException.ThrowUnless(WarmUp is >= 0 and <= 100_000, nameof(WarmUp), WarmUp, "from 0 to 100,000");
    }
}
