namespace SpecExecNative.TrainPair.Training;

/// <summary>
/// Steele, Lea and Flood's generator (2014): all order and sampling comes from it, so that it depends neither on the
/// .NET version nor on libtorch, and its whole state is one number that a checkpoint can hold.
/// </summary>
internal sealed class SplitMix64(ulong seed)
{
    public ulong State { get; set; } = seed;

    public ulong Next()
    {
        ulong z = State += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="limit"/> - 1 (the bias of the remainder is below limit / 2^64).</summary>
    public int Below(int limit)
    {
        return (int)(Next() % (ulong)limit);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double Unit()
    {
        return (Next() >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (int i = items.Count - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
