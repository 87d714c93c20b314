using System.Globalization;

namespace SpecExecNative.Bench.Reports.Tables;

/// <summary>Numbers for people: four digits that count, no more.</summary>
internal static class NumberText
{
    private const int Digits = 4;

    /// <summary>Without an exponent, as long as that stays short.</summary>
    public static string Of(double value)
    {
        double size = Math.Abs(value);
        if (size == 0)
        {
            return "0";
        }

        if (size is < 1e-4 or >= 1e9)
        {
            return value.ToString("0.###e0", CultureInfo.InvariantCulture);
        }

        int decimals = Math.Max(0, Digits - 1 - (int)Math.Floor(Math.Log10(size)));
        return value.ToString("0." + new string('#', decimals), CultureInfo.InvariantCulture);
    }

    /// <summary>A ratio.</summary>
    public static string Ratio(double ratio) => ratio is > 0 and < 0.095 ? Of(Math.Round(ratio, 4)) : ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
