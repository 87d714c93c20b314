namespace SpecExecNative.Kernels;

/// <summary>
/// What the ops must know of a batch's tokens: one row per token, all of it I32 on the device.
/// A row attends, in this order, to slots 0 … prefix − 1 (slot = position there) and then to its path:
/// the slots of its ancestors behind the prefix and, last, its own. That order is the order of positions,
/// so a token's result does not depend on which other rows are in the batch.
/// A chain (prefill, plain decoding) needs no path: its prefix includes the row's own slot.
/// </summary>
/// <param name="Tokens">Token ids, <c>[1, M]</c>.</param>
/// <param name="Positions">RoPE positions, <c>[1, M]</c>: prefix + path length − 1, i.e. prefix + depth for tree nodes.</param>
/// <param name="Slots">Where each row's key and value are stored, <c>[1, M]</c>.</param>
/// <param name="PrefixLengths">Visible contiguous slots, <c>[1, M]</c>.</param>
/// <param name="PathStarts">Row i's path is <c>PathSlots[PathStarts[i] … PathStarts[i+1])</c>; <c>[1, M + 1]</c>.</param>
/// <param name="PathSlots">All paths, one after the other, <c>[1, n]</c>; there may be room behind the last.</param>
public readonly record struct TokenRows(
    DeviceTensor Tokens,
    DeviceTensor Positions,
    DeviceTensor Slots,
    DeviceTensor PrefixLengths,
    DeviceTensor PathStarts,
    DeviceTensor PathSlots)
{
    /// <summary>Number of rows (M).</summary>
    public int Count => Tokens.Columns;

    /// <summary>Rows <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1.</summary>
    public TokenRows Slice(int first, int count) => new(
        Tokens.SliceColumns(first, count),
        Positions.SliceColumns(first, count),
        Slots.SliceColumns(first, count),
        PrefixLengths.SliceColumns(first, count),
        PathStarts.SliceColumns(first, count + 1),
        PathSlots);
}
