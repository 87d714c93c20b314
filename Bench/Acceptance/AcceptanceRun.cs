using SpecExecNative.Bench.Reporting;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Bench.Acceptance;

/// <summary>
/// Writes a text for each prompt and counts the passes that it took. The last pass of a text is cut short by its length,
/// which costs large budgets most.
/// </summary>
/// <param name="Generator">The pair.</param>
/// <param name="Prompts">Texts to continue.</param>
/// <param name="Tokens">Tokens of each continuation; the model's end of text does not end it.</param>
/// <param name="DraftTemperature">Temperature of the draft.</param>
internal sealed record AcceptanceRun(Generator Generator, IReadOnlyList<string> Prompts, int Tokens, double DraftTemperature)
{
    /// <summary>The tree does not depend on this; eighths of it, 64 nodes at most, keep the draft steps few.</summary>
    private static int BatchSizeFor(int budget) => Math.Clamp(budget / 8, 1, 64);

    /// <summary>Tokens per pass over all texts, with the standard error over prompts.</summary>
    public Measurement Measure(DecodingMethod method, int budget, SamplingOptions sampling)
    {
        var options = new GenerationOptions
        {
            Method = method,
            MaxTokens = Tokens,
            IgnoreEndOfText = true,
            Sampling = sampling,
            Tree = new TreeOptions { Budget = budget, BatchSize = BatchSizeFor(budget), DraftTemperature = DraftTemperature },
        };
        List<GenerationStatistics> texts = [.. Prompts.Select((prompt, i) => Write(prompt, options with
        {
            Sampling = sampling with { Seed = sampling.Seed + (ulong)i },
        }))];
        double passes = texts.Sum(t => t.Iterations.Count);
        double[] perText = [.. texts.Select(t => t.TokensPerIteration)];
        double error = Math.Sqrt(perText.Sum(v => Math.Pow(v - perText.Average(), 2)) / (perText.Length - 1) / perText.Length);
        return new Measurement(
            "tokens per pass",
            [
                new("temperature", sampling.Temperature == 0 ? "0" : $"{sampling.Temperature}, top-p {sampling.TopP}"),
                new("draft temperature", $"{DraftTemperature}"),
                new("method", $"{method}".ToLowerInvariant()),
                new("K", $"{budget}"),
                new("depth", $"{texts.Sum(t => t.Iterations.Sum(i => i.TreeDepth)) / passes:F1}"),
                new("draft steps", $"{texts.Sum(t => t.Iterations.Sum(i => i.DraftSteps)) / passes:F1}"),
                new("± (standard error)", $"{error:F2}"),
            ],
            texts.Sum(t => t.Tokens) / passes,
            "tokens/pass");
    }

    private GenerationStatistics Write(string prompt, GenerationOptions options)
    {
        GenerationRun run = Generator.Start(Generator.Encode(prompt), options);
        run.CompleteAsync().GetAwaiter().GetResult();
        return run.Statistics;
    }
}
