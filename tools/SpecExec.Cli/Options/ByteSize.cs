using System.Globalization;

namespace SpecExecNative.Cli.Options;

/// <summary>Sizes as people write them.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40), ("B", 1),
    ];

    /// <summary>E.g. <c>8GB</c> (powers of ten), <c>7.5GiB</c> or <c>512M</c> (of two).</summary>
    /// <exception cref="UsageException">It is no size above 0.</exception>
    public static long Parse(string option, string text)
    {
        (string unit, double scale) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        string number = text[..^unit.Length].Trim();
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * scale is >= 1 and < 1e18 and double bytes
                ? (long)bytes
                : throw new UsageException($"{option} must be a size such as 8GB, 7.5GiB or 512M; {text} was given.");
    }
}
