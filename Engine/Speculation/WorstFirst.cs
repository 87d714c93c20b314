namespace SpecExecNative.Engine.Speculation;

/// <summary>The order of <see cref="NodeRank"/> turned round, for a heap with the worst node on top.</summary>
internal readonly record struct WorstFirst(NodeRank Rank) : IComparable<WorstFirst>
{
    public int CompareTo(WorstFirst other) => other.Rank.CompareTo(Rank);

    public static bool operator <(WorstFirst left, WorstFirst right) => left.CompareTo(right) < 0;

    public static bool operator >(WorstFirst left, WorstFirst right) => left.CompareTo(right) > 0;

    public static bool operator <=(WorstFirst left, WorstFirst right) => left.CompareTo(right) <= 0;

    public static bool operator >=(WorstFirst left, WorstFirst right) => left.CompareTo(right) >= 0;
}
