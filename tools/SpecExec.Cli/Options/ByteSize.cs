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

    /// <summary>E.g. <c>25GB/s</c>.</summary>
    /// <exception cref="UsageException">It is no rate above 0.</exception>
    public static double ParseRate(string option, string text)
    {
        const string PerSecond = "/s";
        string size = text.EndsWith(PerSecond, StringComparison.OrdinalIgnoreCase) ? text[..^PerSecond.Length] : text;
        return TryParse(size, out long bytes) ? bytes : throw new UsageException($"{option} must be a rate such as 25GB/s; {text} was given.");
    }

    /// <summary>E.g. <c>8GB</c> (powers of ten), <c>7.5GiB</c> or <c>512M</c> (of two).</summary>
    /// <exception cref="UsageException">It is no size above 0.</exception>
    public static long Parse(string option, string text)
        => TryParse(text, out long bytes) ? bytes : throw new UsageException($"{option} must be a size such as 8GB, 7.5GiB or 512M; {text} was given.");

    private static bool TryParse(string text, out long bytes)
    {
        (string unit, double scale) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        bool isNumber = double.TryParse(text[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        bool isSize = isNumber && value * scale is >= 1 and < 1e18;
        bytes = isSize ? (long)(value * scale) : 0;
        return isSize;
    }
}
