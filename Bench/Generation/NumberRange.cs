using System.Globalization;

namespace SpecExecNative.Bench.Generation;

/// <summary>Numbers as they are written on the command line: <c>16,64,256</c>, <c>16..4096x2</c> (doubling), <c>8..64+8</c> (in steps).</summary>
internal static class NumberRange
{
    private const int Most = 1000;

    /// <param name="option">What to call it in an error.</param>
    /// <param name="text">What was written.</param>
    /// <returns>Distinct and ascending.</returns>
    /// <exception cref="BenchException">These are no positive numbers.</exception>
    public static int[] Parse(string option, string text)
    {
        try
        {
            int[] numbers = [.. text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(Part).Distinct().Order()];
            return numbers.Length is > 0 and <= Most && numbers[0] >= 1 ? numbers : throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new BenchException($"{option} must be positive numbers (16,64,256), doubled (16..4096x2) or in steps (8..64+8); {text} was given.", e);
        }
    }

    /// <summary>The same for numbers with fractions; no ranges.</summary>
    /// <exception cref="BenchException">These are no positive numbers.</exception>
    public static double[] ParseFractions(string option, string text, string unit)
    {
        string[] parts = text.Replace(unit, "", StringComparison.OrdinalIgnoreCase).Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        double[] numbers = [.. parts.Select(p => double.TryParse(p, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : double.NaN).Distinct().Order()];
        return numbers.Length > 0 && numbers.All(n => n > 0)
            ? numbers
            : throw new BenchException($"{option} must be positive numbers (3,6,12.5{unit}); {text} was given.");
    }

    private static IEnumerable<int> Part(string text)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
        {
            return [Number(text)];
        }

        string rest = text[(dots + 2)..];
        int at = rest.IndexOfAny(['x', '+']);
        (int first, int last) = (Number(text[..dots]), Number(at < 0 ? rest : rest[..at]));
        (bool multiplies, int step) = at < 0 ? (true, 2) : (rest[at] == 'x', Number(rest[(at + 1)..]));
        if (first < 1 || last < first || step < 1 || (multiplies && step < 2))
        {
            throw new FormatException();
        }

        List<int> numbers = [];
        for (long number = first; number <= last && numbers.Count <= Most; number = multiplies ? number * step : number + step)
        {
            numbers.Add((int)number);
        }

        return numbers;
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
