using System.Globalization;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>A card's compute capability, e.g. 8.9.</summary>
/// <param name="Major">Generation: machine code runs on later minors of the same major only.</param>
/// <param name="Minor">Within the generation.</param>
public readonly record struct GpuArchitecture(int Major, int Minor) : IComparable<GpuArchitecture>
{
    /// <summary>As compilers write it: 89 for 8.9, 120 for 12.0.</summary>
    public int Number => (Major * 10) + Minor;

    /// <summary>From 89, 120, ….</summary>
    public static GpuArchitecture OfNumber(int number) => new(number / 10, number % 10);

    /// <summary>From <c>89</c>, <c>8.9</c>, <c>sm_89</c> or <c>compute_89</c>; null: none of these.</summary>
    public static GpuArchitecture? TryParse(string text)
    {
        string digits = text.StartsWith("sm_", StringComparison.Ordinal) ? text[3..]
            : text.StartsWith("compute_", StringComparison.Ordinal) ? text[8..] : text.Replace(".", "", StringComparison.Ordinal);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 10 and < 1000 ? OfNumber(number) : null;
    }

    public int CompareTo(GpuArchitecture other) => Number.CompareTo(other.Number);

    public static bool operator <(GpuArchitecture left, GpuArchitecture right) => left.Number < right.Number;

    public static bool operator >(GpuArchitecture left, GpuArchitecture right) => left.Number > right.Number;

    public static bool operator <=(GpuArchitecture left, GpuArchitecture right) => left.Number <= right.Number;

    public static bool operator >=(GpuArchitecture left, GpuArchitecture right) => left.Number >= right.Number;

    public override string ToString() => $"{Major}.{Minor}";
}
