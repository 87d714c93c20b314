using System.Globalization;

namespace SpecExecNative.Bench.Running;

/// <summary>A share of a run's cases: every <paramref name="Count"/>th, so that neighbours, which often take equally long, are spread.</summary>
/// <param name="Number">Which one, from 1.</param>
/// <param name="Count">Of how many.</param>
internal readonly record struct Shard(int Number, int Count)
{
    public static Shard Whole { get; } = new(1, 1);

    public bool IsWhole => Count == 1;

    /// <summary>From a text like <c>2/8</c>; null: it is none.</summary>
    public static Shard? TryParse(string text)
        => text.Split('/') is [string number, string count]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int of)
            && n >= 1 && n <= of ? new Shard(n, of) : null;

    /// <summary>Its part of a list.</summary>
    public IEnumerable<T> Of<T>(IEnumerable<T> all)
    {
        (int number, int count) = (Number, Count);
        return all.Where((_, i) => i % count == number - 1);
    }

    public override string ToString() => $"{Number}/{Count}";
}
