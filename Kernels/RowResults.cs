namespace SpecExecNative.Kernels;

/// <summary>What a queue promises about the bits of a row.</summary>
public enum RowResults
{
    /// <summary>
    /// They depend on the row's own input, weights and keys alone (batch-invariant). What a target needs to write the same text
    /// with and without speculation.
    /// </summary>
    Invariant,

    /// <summary>
    /// They may depend on how many rows there are, though the same call always gives the same bits. A device may then split
    /// sums over more of itself, which is faster for few rows. Enough for a draft: its trees may be any.
    /// </summary>
    BatchDependent,
}
