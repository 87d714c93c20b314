using System.Globalization;
using SpecExecNative.Cli.Options;
using SpecExecNative.Engine;
using SpecExecNative.Engine.Planning;

namespace SpecExecNative.Cli.Planning;

/// <summary>Acceptance as it is written on the command line.</summary>
internal static class AcceptanceText
{
    /// <summary>What may be written.</summary>
    public static string Forms => $"a name ({string.Join(", ", PublishedAcceptance.Names)}), a curve of budgets and tokens per iteration (16:7.5,64:12.2,256:16), or probabilities by rank (0.77,0.1,0.04)";

    /// <exception cref="UsageException">It is none of these.</exception>
    public static AcceptanceModel Parse(string text)
    {
        if (PublishedAcceptance.Find(text) is { } known)
        {
            return known;
        }

        try
        {
            string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
            return text.Contains(':', StringComparison.Ordinal)
                ? new CurveAcceptance([.. parts.Select(Point)])
                : new RankAcceptance([.. parts.Select(Number)]);
        }
        catch (OptionException e)
        {
            throw new UsageException($"--acceptance must be {e.Requirement}; {text} was given.");
        }
        catch (FormatException)
        {
            throw new UsageException($"--acceptance must be {Forms}; {text} was given.");
        }
    }

    private static (int Budget, double Tokens) Point(string text)
    {
        string[] sides = text.Split(':');
        return sides.Length == 2 && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int budget)
            ? (budget, Number(sides[1]))
            : throw new FormatException();
    }

    private static double Number(string text)
        => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : throw new FormatException();
}
