namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>
/// How far along each chain of operations something is known to come after (Lamport's happens-before, one counter a
/// chain). Immutable.
/// </summary>
internal sealed class VectorClock
{
    private readonly int[] _counts;

    private VectorClock(int[] counts) => _counts = counts;

    internal static VectorClock Zero { get; } = new([]);

    /// <summary>Whether the <paramref name="sequence"/>-th operation of <paramref name="chain"/> comes before.</summary>
    internal bool Covers(int chain, int sequence) => chain < _counts.Length && _counts[chain] >= sequence;

    /// <summary>Whether everything that <paramref name="other"/> comes after comes before this, too.</summary>
    internal bool Covers(VectorClock other)
    {
        for (int chain = 0; chain < other._counts.Length; chain++)
        {
            if (!Covers(chain, other._counts[chain]))
            {
                return false;
            }
        }

        return true;
    }

    internal VectorClock Join(VectorClock other)
    {
        if (Covers(other))
        {
            return this;
        }

        int[] joined = new int[Math.Max(_counts.Length, other._counts.Length)];
        _counts.CopyTo(joined, 0);
        for (int chain = 0; chain < other._counts.Length; chain++)
        {
            joined[chain] = Math.Max(joined[chain], other._counts[chain]);
        }

        return new VectorClock(joined);
    }

    internal VectorClock With(int chain, int sequence)
    {
        int[] counts = new int[Math.Max(_counts.Length, chain + 1)];
        _counts.CopyTo(counts, 0);
        counts[chain] = sequence;
        return new VectorClock(counts);
    }
}
