using SpecExecNative.Bench.Reporting;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Stream;

/// <summary>Iterations of a pair with generated weights, whose target does not stay on the device, against the link's own rate.</summary>
internal sealed class StreamBench
{
    private readonly Transformer _draft;
    private readonly Transformer _target;
    private readonly int _iterations;

    private StreamBench(Transformer draft, Transformer target, int iterations) => (_draft, _target, _iterations) = (draft, target, iterations);

    /// <summary>Loads the pair and measures all budgets.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="target">The target.</param>
    /// <param name="draft">The draft, which stays on the device.</param>
    /// <param name="residency">How much of the target stays there.</param>
    /// <param name="storage">Where the rest waits.</param>
    /// <param name="budgets">K.</param>
    /// <param name="iterations">That count, for each budget.</param>
    public static IEnumerable<Measurement> Run(
        ComputeDevice device, WeightCatalog target, WeightCatalog draft, ResidencyRequest residency, StorageOptions storage, int[] budgets, int iterations)
    {
        const int Context = 2048;
        long free = device.FreeBytes ?? 0;
        TransformerOptions OptionsFor(WeightCatalog model) => new() { ContextLength = Math.Min(Context, model.Config.MaxPositionEmbeddings) };
        using Transformer draftModel = Transformer.Load(draft, device, OptionsFor(draft) with { Rows = RowResults.BatchDependent });
        PassMemory passes = PassMemory.OfPair(target.Config, draftModel, device, OptionsFor(target), TreeOf(budgets.Max()));
        var plan = MemoryPlan.For(target, device, passes, residency, free - (device.FreeBytes ?? 0));
        Console.Error.WriteLine($"{plan.Residency.ResidentLayers} of {plan.Residency.Layers} layers resident; loading the others");
        using Transformer targetModel = Transformer.Load(target, device, OptionsFor(target) with { Residency = plan.Residency, Storage = storage });
        var bench = new StreamBench(draftModel, targetModel, iterations);
        foreach (Measurement measurement in bench.Limits().Concat(budgets.SelectMany(bench.Measure)))
        {
            yield return measurement;
        }
    }

    private static TreeOptions TreeOf(int budget) => new() { Budget = budget, BatchSize = Math.Min(budget, 64) };

    private IEnumerable<Measurement> Limits()
    {
        HostLayers places = _target.HostLayers;
        KeyValuePair<string, string>[] where = [new("pinned", $"{places.Pinned}"), new("pageable", $"{places.Pageable}"), new("on disk", $"{places.Disk}")];
        yield return new Measurement("layers that wait elsewhere", where, _target.StreamedBytesPerPass / 1e9, "GB");
        if (_target.LinkBytesPerSecond is { } link)
        {
            yield return new Measurement("rate of the ring with nothing to compute", [], link / 1e9, "GB/s");
        }
    }

    private IEnumerable<Measurement> Measure(int budget)
    {
        const int WarmUp = 2;
        const int PromptTokens = 256;
        int[] prompt = new int[Math.Min(PromptTokens, _target.ContextLength / 4)];
        var options = new GenerationOptions
        {
            Tree = TreeOf(budget),
            MaxTokens = int.MaxValue,
            Sampling = new SamplingOptions { Temperature = 0 },
            IgnoreEndOfText = true,
        };
        GenerationRun run = new Generator(_target, _draft, null).Start(prompt, options);
        Task.Run(() => RunAsync(run, WarmUp + _iterations)).GetAwaiter().GetResult();
        IterationStatistics[] counted = [.. run.Statistics.Iterations.Skip(WarmUp)];
        KeyValuePair<string, string>[] parameters =
        [
            new("K", $"{budget}"),
            new("nodes", $"{counted.Average(i => i.TreeNodes):0}"),
            new("draft steps", $"{counted.Average(i => i.DraftSteps):0.0}"),
            new("draft, s", $"{Median(counted, i => i.Draft):0.0000}"),
            new("walk, s", $"{Median(counted, i => i.Walk):0.0000}"),
        ];
        double pass = Median(counted, i => i.Verify);
        double? floor = _target.LinkBytesPerSecond is { } link ? _target.StreamedBytesPerPass / link : null;
        string? reference = floor is { } seconds ? $"{seconds:0.000} s to stream" : null;
        yield return new Measurement("pass of the target", parameters, pass, "s", reference, pass / floor);
        double whole = Median(counted, i => i.Total);
        yield return new Measurement("iteration", parameters, whole, "s", reference, whole / floor);
    }

    private static async Task RunAsync(GenerationRun run, int iterations)
    {
        await foreach (GenerationStep _ in run.ConfigureAwait(false))
        {
            if (run.Statistics.Iterations.Count == iterations)
            {
                break;
            }
        }
    }

    private static double Median(IterationStatistics[] iterations, Func<IterationStatistics, TimeSpan> part)
    {
        double[] seconds = [.. iterations.Select(i => part(i).TotalSeconds).Order()];
        return seconds[seconds.Length / 2];
    }
}
