using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>
/// Bytes that the small kernels cannot do without: every number that they need read once, every number that they make written once. What a
/// kernel reads a second time, from the cache, is its own affair.
/// </summary>
internal static class Traffic
{
    private const int Float = sizeof(float);
    private const int Element = 2;

    /// <summary>A copy within the card's memory reads and writes.</summary>
    public static long Copy(long bytes) => 2 * bytes;

    /// <summary>Rows of elements, made F32; and their numbers.</summary>
    public static long Embed(int rows, int width) => (long)rows * ((width * (Element + Float)) + sizeof(int));

    /// <summary>Rows of F32; and their numbers.</summary>
    public static long GatherRows(int rows, int width) => (long)rows * ((2L * width * Float) + sizeof(int));

    /// <summary>Rows of F32, made elements; and the weights once.</summary>
    public static long RmsNorm(int rows, int width) => ((long)rows * width * (Float + Element)) + ((long)width * Float);

    /// <summary>q, k and v of each row, made elements; a row of cosines and sines; position and slot.</summary>
    public static long RotateAndStore(int rows, AttentionShape shape)
        => (long)rows * (((long)shape.QkvColumns * (Float + Element)) + (shape.HeadDim * Float) + (2 * sizeof(int)));

    /// <summary>Keys and values of each slot, read and written; and its number.</summary>
    public static long MoveSlots(int slots, AttentionShape shape) => (long)slots * ((2L * 2 * shape.KvHeads * shape.HeadDim * Element) + sizeof(int));

    /// <summary>The packed matrix read, one of elements written.</summary>
    public static long Dequantize(long packedBytes, long elementBytes) => packedBytes + elementBytes;
}
