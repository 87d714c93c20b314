using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Evaluation;
using Spectre.Console;

namespace SpecExecNative.Cli.Reports;

/// <summary>What <c>perplexity</c> has measured, for people.</summary>
internal static class PerplexityReport
{
    public static void Write(IAnsiConsole console, PerplexityResult result, TextWindows windows)
    {
        foreach ((string label, string figures) in Lines(result, windows))
        {
            LabelledLines.Write(console, label, figures);
        }
    }

    private static IEnumerable<(string Label, string Figures)> Lines(PerplexityResult result, TextWindows windows)
    {
        yield return ("perplexity", $"{result.Perplexity:0.0000}{Error(result.PerplexityStandardError)}");
        yield return ("loss", $"{result.Loss.Mean:0.0000}{Error(result.Loss.StandardError)} nats per token");
        yield return ("tokens", $"{result.Tokens:N0} in {windows.Count:N0} {(windows.Count == 1 ? "window" : "windows")} of {windows.Options.ContextLength:N0}, stride {windows.Options.EffectiveStride:N0}");
        if (result.Reference is not { } reference)
        {
            yield break;
        }

        yield return ("reference", $"perplexity {reference.Perplexity:0.0000}; the model's is {result.PerplexityRatio:0.0000} times that");
        yield return ("divergence", $"{reference.Divergence.Mean:0.000000}{Error(reference.Divergence.StandardError, "0.000000")} nats per token from the reference (KL), {reference.LargestDivergence:0.0000} at most");
        yield return ("same top", $"{reference.SameTopToken:0.00 %} of the tokens: both find the same one most likely");
    }

    /// <summary>Nothing for a single token: it has no spread.</summary>
    private static string Error(double standardError, string format = "0.0000")
        => double.IsFinite(standardError) ? $" ± {standardError.ToString(format)}" : "";
}
