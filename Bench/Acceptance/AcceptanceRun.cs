using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;

namespace SpecExecNative.Bench.Acceptance;

/// <summary>
/// Writes a text for each prompt and counts the passes that it took. The last pass of a text is cut short by its length,
/// which costs large budgets most.
/// </summary>
/// <param name="Prompts">Texts to continue.</param>
/// <param name="Tokens">Tokens of each continuation; the model's end of text does not end it.</param>
/// <param name="DraftTemperature">Temperature of the draft.</param>
internal sealed record AcceptanceRun(IReadOnlyList<string> Prompts, int Tokens, double DraftTemperature)
{
    /// <summary>The tree does not depend on this; eighths of it, 64 nodes at most, keep the draft steps few.</summary>
    private static int BatchSizeFor(int budget) => Math.Clamp(budget / 8, 1, 64);

    /// <summary>All texts with one method and budget.</summary>
    public BenchCase<AcceptanceSession> Case(DecodingMethod method, int budget, SamplingOptions sampling)
    {
        Parameter[] parameters =
        [
            new("temperature", sampling.Temperature == 0 ? "0" : $"{sampling.Temperature}, top-p {sampling.TopP}"),
            new("draft temperature", $"{DraftTemperature}"),
            new("method", $"{method}".ToLowerInvariant()),
            new("K", $"{budget}"),
        ];
        var options = new GenerationOptions
        {
            Method = method,
            MaxTokens = Tokens,
            IgnoreEndOfText = true,
            Sampling = sampling,
            Tree = new TreeOptions { Budget = budget, BatchSize = BatchSizeFor(budget), DraftTemperature = DraftTemperature },
        };
        return new BenchCase<AcceptanceSession>(
            string.Join(", ", parameters.Select(p => $"{p.Name} {p.Value}")),
            (session, cancellation) => [new Row("tokens per pass", parameters, Measure(session.Generator, options, cancellation))]);
    }

    /// <summary>Tokens per pass over all texts, the standard error over prompts, and the distribution of single texts.</summary>
    private List<Figure> Measure(Generator generator, GenerationOptions options, CancellationToken cancellation)
    {
        List<GenerationStatistics> texts = [];
        foreach (string prompt in Prompts)
        {
            cancellation.ThrowIfCancellationRequested();
            ulong seed = options.Sampling.Seed + (ulong)texts.Count;
            texts.Add(Write(generator, prompt, options with { Sampling = options.Sampling with { Seed = seed } }));
        }

        double passes = texts.Sum(t => t.Iterations.Count);
        double[] perText = [.. texts.Select(t => t.TokensPerIteration)];
        double mean = perText.Average();
        double error = Math.Sqrt(perText.Sum(v => Math.Pow(v - mean, 2)) / (perText.Length - 1) / perText.Length);
        Figure OfAll(string name, double value, string unit) => new(name, value, unit) { Samples = texts.Count };
        return
        [
            OfAll("all texts", texts.Sum(t => t.Tokens) / passes, "tokens/pass"),
            OfAll("± (standard error)", error, "tokens/pass"),
            Samples.OfRates(perText).Figure("one text", "tokens/pass"),
            OfAll("depth", texts.Sum(t => t.Iterations.Sum(i => i.TreeDepth)) / passes, ""),
            OfAll("draft steps", texts.Sum(t => t.Iterations.Sum(i => i.DraftSteps)) / passes, ""),
        ];
    }

    private static GenerationStatistics Write(Generator generator, string prompt, GenerationOptions options)
    {
        GenerationRun run = generator.Start(generator.Encode(prompt), options);
        run.CompleteAsync().GetAwaiter().GetResult();
        return run.Statistics;
    }
}
