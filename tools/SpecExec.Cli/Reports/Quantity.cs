using System.Globalization;

namespace SpecExecNative.Cli.Reports;

/// <summary>Large numbers as people say them.</summary>
internal static class Quantity
{
    private static readonly string[] Thousands = ["", " k", " M", " G", " T"];
    private static readonly string[] BinaryThousands = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>E.g. <c>4.88 M</c>; exact below 10,000.</summary>
    public static string Count(long count) => count < 10_000 ? $"{count:N0}" : Scale(count, 1000, Thousands, "");

    /// <summary>E.g. <c>9.31 MiB</c>.</summary>
    public static string Bytes(long bytes) => Scale(bytes, 1024, BinaryThousands, " ");

    /// <summary>E.g. <c>12 ms</c> or <c>3.4 s</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 0.1
        ? $"{time.TotalMilliseconds:0.0} ms"
        : $"{time.TotalSeconds:0.00} s";

    /// <summary>E.g. <c>98.1 tokens/s</c>.</summary>
    public static string Rate(double tokensPerSecond)
        => $"{tokensPerSecond.ToString(tokensPerSecond < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture)} tokens/s";

    /// <summary>E.g. <c>24.1 GB/s</c>.</summary>
    public static string ByteRate(double bytesPerSecond)
        => $"{(bytesPerSecond / 1e9).ToString(bytesPerSecond < 1e10 ? "0.00" : "0.0", CultureInfo.InvariantCulture)} GB/s";

    private static string Scale(double value, double step, string[] units, string separator)
    {
        int unit = 0;
        while (value >= step && unit < units.Length - 1)
        {
            value /= step;
            unit++;
        }

        string number = unit == 0 ? $"{value:0}" : value.ToString(value < 100 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
        return number + separator + units[unit];
    }
}
