namespace SpecExecNative.Engine.Offload;

/// <summary>What a user wants to be resident.</summary>
public sealed record ResidencyRequest
{
    /// <summary>Null: as many layers as fit. More than there are: all.</summary>
    public int? ResidentLayers { get; init; }

    /// <summary>Layers that the ring should hold.</summary>
    public int Slots { get; init; } = ResidencyPlan.DefaultSlots;

    /// <inheritdoc cref="ResidencyPlan.CopiesAhead"/>
    public bool CopiesAhead { get; init; } = true;

    /// <summary>Bytes of the device's memory that this program may take in all; null: what is free.</summary>
    public long? BudgetBytes { get; init; }

    /// <exception cref="OptionException">An option makes no sense.</exception>
    public void Validate()
    {
        OptionException.ThrowUnless(ResidentLayers is null or >= 0, nameof(ResidentLayers), ResidentLayers ?? 0, "0 or more");
        OptionException.ThrowUnless(Slots is >= 1 and <= 64, nameof(Slots), Slots, "from 1 to 64");
        OptionException.ThrowUnless(BudgetBytes is null or > 0, nameof(BudgetBytes), BudgetBytes ?? 0, "more than nothing");
    }
}
