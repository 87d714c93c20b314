namespace SpecExecNative.Kernels.Cuda.Packing;

/// <summary>How any weight matrix lies in a card's memory: by its type, <see cref="RowLayout"/> or <see cref="Int4Layout"/>.</summary>
internal static class PackedLayout
{
    /// <summary>Bytes of the whole matrix.</summary>
    public static long Bytes(WeightShape shape) => shape.Type == DType.Int4 ? Int4Layout.Bytes(shape) : RowLayout.Bytes(shape);
}
