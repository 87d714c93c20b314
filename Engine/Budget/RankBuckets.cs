namespace SpecExecNative.Engine.Budget;

/// <summary>Ranks of a tree's nodes, best first from 1, in buckets that widen with the rank: four to a doubling.</summary>
internal static class RankBuckets
{
    private const int PerDoubling = 4;

    /// <summary>Buckets of the largest tree.</summary>
    public const int Count = (20 * PerDoubling) + 1;

    /// <summary>The bucket of a rank.</summary>
    public static int Of(int rank) => (int)Math.Floor(PerDoubling * Math.Log2(rank) + 1e-9);

    /// <summary>The first rank behind a bucket.</summary>
    public static int End(int bucket) => (int)Math.Ceiling(Math.Pow(2, (bucket + 1.0) / PerDoubling) - 1e-9);

    /// <summary>The first rank of a bucket; a bucket may be empty.</summary>
    public static int Start(int bucket) => bucket == 0 ? 1 : End(bucket - 1);
}
