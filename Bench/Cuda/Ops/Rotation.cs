namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>How many sets of data it takes for none to be found in a card's cache by the time that its turn comes again, as in a model.</summary>
/// <param name="limitBytes">Memory that there is for it.</param>
internal readonly record struct Rotation(long limitBytes)
{
    private const long BytesBetweenUses = 256L << 20;
    private const int MostSets = 32;

    /// <summary>For sets of so many bytes. The smallest ones do come from the cache, as they do in a model.</summary>
    public int Sets(long bytes) => (int)Math.Clamp(Math.Min(BytesBetweenUses, limitBytes) / Math.Max(1, bytes), 1, MostSets);
}
