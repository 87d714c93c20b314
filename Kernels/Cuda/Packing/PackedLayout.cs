namespace SpecExecNative.Kernels.Cuda.Packing;

/// <summary>How any weight matrix lies in a card's memory: by its type, <see cref="RowLayout"/> or <see cref="Int4Layout"/>.</summary>
internal static class PackedLayout
{
    /// <summary>Bytes of the whole matrix.</summary>
    /// <exception cref="ArgumentException">The groups of 4-bit weights are empty.</exception>
    public static long Bytes(WeightShape shape)
    {
        ArgumentChecks.Groups(nameof(Bytes), nameof(shape), shape);
        return shape.Type == DType.Int4 ? Int4Layout.Bytes(shape) : RowLayout.Bytes(shape);
    }
}
