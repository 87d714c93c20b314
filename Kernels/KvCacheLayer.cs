namespace SpecExecNative.Kernels;

/// <summary>
/// Keys and values of one layer, laid out <c>[k|v][kvHead][slot][headDim]</c>.
/// Slot s &lt; prefix length holds position s; slots behind the prefix hold tree nodes in any order.
/// </summary>
/// <param name="Buffer">The memory that holds it.</param>
/// <param name="ByteOffset">Where the keys start in <paramref name="Buffer"/>.</param>
/// <param name="Type">Element type.</param>
/// <param name="KvHeads">Number of key/value heads.</param>
/// <param name="Slots">Capacity in tokens.</param>
/// <param name="HeadDim">Elements per head.</param>
public readonly record struct KvCacheLayer(
    DeviceBuffer Buffer, long ByteOffset, DType Type, int KvHeads, int Slots, int HeadDim)
{
    /// <summary>Bytes of keys and values together.</summary>
    public long Bytes => 2L * KvHeads * Slots * HeadDim * Type.Bytes();
}
