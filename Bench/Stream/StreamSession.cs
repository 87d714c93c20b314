using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Stream;

/// <summary>A device and its link, and, where passes are to be measured, a pair with generated weights, whose target does not stay on the device.</summary>
internal sealed class StreamSession : BenchSession
{
    private const int Context = 2048;

    private readonly ComputeDevice _device;
    private readonly StreamRequest _request;
    private Transformer? _target;
    private Transformer? _draft;

    public StreamSession(StreamRequest request, Action<string> note)
    {
        (_request, Note) = (request, note);
        _device = request.OpenDevice(note);
        try
        {
            if (request.Pair is { } pair)
            {
                Load(pair);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device itself.</summary>
    public ComputeDevice Compute => _device;

    /// <summary>Bytes of the largest copy.</summary>
    public int LargestCopy => _request.LargestCopy;

    /// <summary>Where a file may lie.</summary>
    public string Folder => _request.Folder;

    public Timing Timing => _request.Timing;

    /// <summary>Receives lines about what is not as one would expect.</summary>
    public Action<string> Note { get; }

    /// <exception cref="InvalidOperationException">No pair was asked for.</exception>
    public Transformer Target => _target ?? throw new InvalidOperationException("No pair was asked for.");

    /// <inheritdoc cref="Target"/>
    public Transformer Draft => _draft ?? throw new InvalidOperationException("No pair was asked for.");

    /// <summary>That count, for each budget.</summary>
    public int Iterations => _request.Pair?.Iterations ?? 0;

    public override string Device => _device.Name;

    public override CudaCard? Card => (_device as CudaDevice)?.Card;

    /// <summary>Where the layers wait, and how fast they come when nothing else happens.</summary>
    public override IReadOnlyList<Row> Rows
    {
        get
        {
            if (_target is null)
            {
                return [];
            }

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
        _target?.Dispose();
        _draft?.Dispose();
        _device.Dispose();
    }

    private void Load(StreamPair pair)
    {
        long free = _device.FreeBytes ?? 0;
        _draft = Transformer.Load(pair.Draft, _device, OptionsFor(pair.Draft) with { Rows = RowResults.BatchDependent });
        PassMemory passes = PassMemory.OfPair(pair.Target.Config, _draft, _device, OptionsFor(pair.Target), TreeOf(pair.LargestBudget));
        var plan = MemoryPlan.For(pair.Target, _device, passes, pair.Residency, free - (_device.FreeBytes ?? 0));
        Note($"{plan.Residency.ResidentLayers} of {plan.Residency.Layers} layers resident; loading the others");
        _target = Transformer.Load(pair.Target, _device, OptionsFor(pair.Target) with { Residency = plan.Residency, Storage = pair.Storage });
    }

    private static TransformerOptions OptionsFor(WeightCatalog model) => new() { ContextLength = Math.Min(Context, model.Config.MaxPositionEmbeddings) };
}
