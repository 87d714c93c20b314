using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Engine.Planning;

/// <summary>
/// Runs the engine itself — plan of the memory, streamer, tree builder, walk — for a pair of models on a simulated card. What it says is a
/// forecast from the card's rates; only the order of things is exact.
/// </summary>
public static class PairSimulation
{
    /// <summary>Forecasts a pair's generation.</summary>
    /// <param name="device">The card, with nothing on it yet.</param>
    /// <param name="request">The pair and its options.</param>
    /// <param name="cancellation">Between two iterations.</param>
    /// <exception cref="OptionException">An option makes no sense.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The pair does not fit.</exception>
    public static async Task<PairPlan> RunAsync(SimulatedDevice device, PlanRequest request, CancellationToken cancellation = default)
    {
        request.Validate();
        using var loaded = LoadedPair.Load(device, request);
        int[] prompt = new int[Math.Min(request.PromptTokens, loaded.Target.ContextLength - 2)];
        var generator = new Generator(loaded.Target, loaded.Draft, tokenizer: null)
        {
            Synthetic = new SyntheticPair(request.Acceptance, device.Clock, request.Host, request.Seed),
        };
        var options = new GenerationOptions
        {
            Tree = loaded.Tree,
            MaxTokens = int.MaxValue,
            Sampling = new SamplingOptions { Temperature = 0 },
            IgnoreEndOfText = true,
        };
        using var timeline = new SimulatedTimeline(device);
        GenerationRun run = generator.Start(prompt, options);
        int iterations = 0;
        await foreach (GenerationStep step in run.WithCancellation(cancellation).ConfigureAwait(false))
        {
            timeline.EndIteration(step.Statistics);
            if (++iterations == request.WarmUp)
            {
                timeline.Reset();
            }

            if (iterations == request.WarmUp + request.Iterations)
            {
                break;
            }
        }

        return timeline.Summarize(loaded, request, run.Statistics);
    }
}
