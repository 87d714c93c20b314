using SpecExecNative.Cli.Options;
using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Reports;

/// <summary>The verdict of <c>compare</c>, for people.</summary>
internal static class ComparisonReport
{
    /// <summary>Tokens shown before a difference.</summary>
    private const int Context = 8;

    /// <param name="output">Where to.</param>
    /// <param name="comparison">Two complete texts.</param>
    /// <param name="label">How a token is shown.</param>
    public static void Write(TextWriter output, TextComparison comparison, Func<int, string> label)
    {
        int tokens = comparison.Plain.TokenIds.Count;
        if (comparison.FirstDifference is { } at)
        {
            output.WriteLine($"DIFFERENT from token {at + 1} on");
            WriteDifference(output, comparison, at, label);
        }
        else
        {
            output.WriteLine($"identical: {tokens} of {tokens} tokens");
        }

        WriteSpeed(output, comparison.Speculative);
        WriteSpeed(output, comparison.Plain);
        if (comparison.SpeedUp is { } speedUp)
        {
            output.WriteLine($"  speed-up  {speedUp:0.00}");
        }

        output.Flush();
    }

    private static void WriteSpeed(TextWriter output, GenerationResult result)
    {
        GenerationStatistics statistics = result.Statistics;
        output.WriteLine(
            $"  {NameOf(result),-8}  {Quantity.Rate(statistics.DecodeTokensPerSecond)}, {statistics.Iterations.Count} iterations, {statistics.TokensPerIteration:0.00} tokens per iteration");
    }

    private static void WriteDifference(TextWriter output, TextComparison comparison, int at, Func<int, string> label)
    {
        IEnumerable<string> before = comparison.Plain.TokenIds.Skip(Math.Max(0, at - Context)).Take(Math.Min(at, Context)).Select(label);
        output.WriteLine($"  {"both",-8}  {(at > Context ? "… " : "")}{string.Join(' ', before)}");
        foreach (GenerationResult result in (GenerationResult[])[comparison.Speculative, comparison.Plain])
        {
            string after = at < result.TokenIds.Count
                ? $"{label(result.TokenIds[at])} (token id {result.TokenIds[at]})"
                : "no more tokens";
            output.WriteLine($"  {NameOf(result),-8}  {after}");
        }
    }

    private static string NameOf(GenerationResult result) => MethodNames.NameOf(result.Options.Method);
}
