using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Stream;

/// <summary>A pair with generated weights, whose target does not stay on the device.</summary>
internal sealed class StreamSession : BenchSession
{
    private const int Context = 2048;

    private readonly ComputeDevice _device;

    public StreamSession(StreamRequest request, Action<string> note)
    {
        Iterations = request.Iterations;
        _device = request.OpenDevice(note);
        try
        {
            long free = _device.FreeBytes ?? 0;
            Draft = Transformer.Load(request.Draft, _device, OptionsFor(request.Draft) with { Rows = RowResults.BatchDependent });
            PassMemory passes = PassMemory.OfPair(request.Target.Config, Draft, _device, OptionsFor(request.Target), TreeOf(request.LargestBudget));
            var plan = MemoryPlan.For(request.Target, _device, passes, request.Residency, free - (_device.FreeBytes ?? 0));
            note($"{plan.Residency.ResidentLayers} of {plan.Residency.Layers} layers resident; loading the others");
            Target = Transformer.Load(request.Target, _device, OptionsFor(request.Target) with { Residency = plan.Residency, Storage = request.Storage });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Transformer Target { get; } = null!;

    public Transformer Draft { get; } = null!;

    /// <summary>That count, for each budget.</summary>
    public int Iterations { get; }

    public override string Device => _device.Name;

    public override CudaCard? Card => (_device as CudaDevice)?.Card;

    /// <summary>Where the layers wait, and how fast they come when nothing else happens.</summary>
    public override IReadOnlyList<Row> Rows
    {
        get
        {
            HostLayers places = Target.HostLayers;
            List<Figure> figures =
            [
                new("pinned layers", places.Pinned, ""), new("pageable layers", places.Pageable, ""), new("layers on disk", places.Disk, ""),
                new("to stream", Target.StreamedBytesPerPass / 1e9, "GB/pass"),
            ];
            if (Target.LinkBytesPerSecond is { } link)
            {
                figures.Add(new Figure("ring with nothing to compute", link / 1e9, "GB/s"));
            }

            return [new Row("link", [], figures)];
        }
    }

    public static TreeOptions TreeOf(int budget) => new() { Budget = budget, BatchSize = Math.Min(budget, 64) };

    public override void Dispose()
    {
        Target?.Dispose();
        Draft?.Dispose();
        _device.Dispose();
    }

    private static TransformerOptions OptionsFor(WeightCatalog model) => new() { ContextLength = Math.Min(Context, model.Config.MaxPositionEmbeddings) };
}
