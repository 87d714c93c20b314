using SpecExecNative.Bench.Figures;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Bench.Stream;

/// <summary>Iterations of a streamed pair against the time that its layers take to come.</summary>
internal static class StreamedIterations
{
    private const int WarmUp = 2;
    private const int PromptTokens = 256;
    private const string Floor = "time to stream";

    /// <summary>Seconds of a pass and of a whole iteration at one budget, and what they consist of.</summary>
    public static Row Measure(StreamSession session, int budget, CancellationToken cancellation)
    {
        Transformer target = session.Target;
        int[] prompt = new int[Math.Min(PromptTokens, target.ContextLength / 4)];
        var options = new GenerationOptions
        {
            Tree = StreamSession.TreeOf(budget),
            MaxTokens = int.MaxValue,
            Sampling = new SamplingOptions { Temperature = 0 },
            IgnoreEndOfText = true,
        };
        GenerationRun run = new Generator(target, session.Draft, null).Start(prompt, options);
        Task.Run(() => RunAsync(run, WarmUp + session.Iterations, cancellation), cancellation).GetAwaiter().GetResult();
        IterationStatistics[] counted = [.. run.Statistics.Iterations.Skip(WarmUp)];

        double? floor = target.LinkBytesPerSecond is { } link ? target.StreamedBytesPerPass / link : null;
        Figure Seconds(string name, Func<IterationStatistics, TimeSpan> part) => Samples.OfCosts(counted.Select(i => part(i).TotalSeconds)).Figure(name, "s");
        Figure Count(string name, Func<IterationStatistics, int> part) => Samples.OfCosts(counted.Select(i => (double)part(i))).Figure(name, "");
        return new Row(
            "iteration",
            [new("K", $"{budget}")],
            [
                Seconds("pass of the target", i => i.Verify).Against(Floor, floor),
                Seconds("iteration", i => i.Total).Against(Floor, floor),
                Seconds("draft", i => i.Draft),
                Seconds("walk", i => i.Walk),
                Count("nodes", i => i.TreeNodes),
                Count("draft steps", i => i.DraftSteps),
            ]);
    }

    private static async Task RunAsync(GenerationRun run, int iterations, CancellationToken cancellation)
    {
        await foreach (GenerationStep _ in run.WithCancellation(cancellation).ConfigureAwait(false))
        {
            if (run.Statistics.Iterations.Count >= iterations)
            {
                break;
            }
        }
    }
}
