using System.Globalization;
using System.Text;

namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>Turns the text of one setting into its type.</summary>
internal static class SettingsValue
{
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("kB", 1000), ("MB", 1000_000), ("GB", 1000_000_000),
    ];

    /// <summary>A whole number, as such or with a unit of bytes: <c>24GiB</c>.</summary>
    internal static long Number(string key, string text, long minimum = 0, long maximum = long.MaxValue)
    {
        string digits = text;
        long factor = 1;
        foreach ((string suffix, long unit) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                (digits, factor) = (text[..^suffix.Length].TrimEnd(), unit);
                break;
            }
        }

        bool whole = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
        return whole && number <= long.MaxValue / factor && number * factor >= minimum && number * factor <= maximum
            ? number * factor
            : throw new SettingsException(key, text, $"expected a whole number from {minimum} to {maximum}, with or without KiB, MiB, GiB");
    }

    internal static bool Flag(string key, string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "ON" => true,
        "FALSE" or "0" or "OFF" => false,
        _ => throw new SettingsException(key, text, "expected true or false"),
    };

    /// <summary>A name of the enumeration, in any case, with or without hyphens.</summary>
    internal static T Name<T>(string key, string text) where T : struct, Enum =>
        TryName(text, out T value)
            ? value
            : throw new SettingsException(key, text, $"expected one of {string.Join(", ", Enum.GetNames<T>().Select(Hyphenate))}");

    internal static bool TryName<T>(string text, out T value) where T : struct, Enum
    {
        string plain = text.Trim().Replace("-", "", StringComparison.Ordinal);
        value = default;
        return plain.Length > 0 && char.IsLetter(plain[0]) && Enum.TryParse(plain, ignoreCase: true, out value);
    }

    /// <summary>"12.4" as the driver states it: 12040.</summary>
    internal static int Version(string key, string text)
    {
        (int major, int minor) = Pair(key, text);
        return (major * 1000) + (minor * 10);
    }

    /// <summary>Two numbers joined by a point.</summary>
    internal static (int Major, int Minor) Pair(string key, string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor) && minor < 10
            ? (major, minor)
            : throw new SettingsException(key, text, "expected major.minor");
    }

    /// <summary>"FreeInUse" as "free-in-use".</summary>
    internal static string Hyphenate(string name)
    {
        var text = new StringBuilder();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
