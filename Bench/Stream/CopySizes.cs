using System.Globalization;

namespace SpecExecNative.Bench.Stream;

/// <summary>Sizes of copies and of blocks of memory.</summary>
internal static class CopySizes
{
    private const long Smallest = 4 << 10;
    private const int Step = 4;

    /// <summary>From 4 KiB in steps of four, up to and with the largest.</summary>
    public static IEnumerable<long> UpTo(long largest)
    {
        for (long bytes = Smallest; bytes < largest; bytes *= Step)
        {
            yield return bytes;
        }

        yield return largest;
    }

    /// <summary>E.g. <c>4 KiB</c>, <c>256 MiB</c>, <c>1 GiB</c>.</summary>
    public static string Name(long bytes) => bytes switch
    {
        >= 1 << 30 when bytes % (1 << 30) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 30} GiB"),
        >= 1 << 20 when bytes % (1 << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        >= 1 << 10 when bytes % (1 << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };
}
