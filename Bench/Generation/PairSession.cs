using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Generation;

/// <summary>A pair on a device.</summary>
internal sealed class PairSession : BenchSession
{
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<string, Texts> _plain = [];

    /// <param name="request">What to load.</param>
    /// <param name="note">Receives lines about what is not as it should be, and about the plan of the memory.</param>
    public PairSession(PairRequest request, Action<string> note)
    {
        try
        {
            PairModel target = Own(request.Target());
            PairModel draft = Own(request.Draft());
            Compute = Own(request.OpenDevice(note, target.Weights.PreferredElement));
            long free = Compute.FreeBytes ?? 0;
            TransformerOptions OptionsFor(PairModel model) => new()
            {
                ContextLength = request.ContextLength is { } length ? Math.Min(length, model.Weights.Config.MaxPositionEmbeddings) : null,
            };

            // The draft first: the target takes what it leaves.
            Draft = Own(Transformer.Load(draft.Weights, Compute, OptionsFor(draft) with { Rows = RowResults.BatchDependent }));
            PassMemory passes = PassMemory.OfPair(target.Weights.Config, Draft, Compute, OptionsFor(target), TreeFor(request.LargestBudget));
            var plan = MemoryPlan.For(target.Weights, Compute, passes, request.Residency, free - (Compute.FreeBytes ?? 0));
            if (plan.Residency.StreamedLayers > 0)
            {
                note($"{plan.Residency.ResidentLayers} of {plan.Residency.Layers} layers resident, the others streamed");
            }

            Target = Own(Transformer.Load(target.Weights, Compute, OptionsFor(target) with { Residency = plan.Residency, Storage = request.Storage }));
            HasTokenizer = target.Tokenizer is not null;
            Generator = new Generator(Target, Draft, target.Tokenizer, draft.Tokenizer);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ComputeDevice Compute { get; } = null!;

    public Transformer Target { get; } = null!;

    public Transformer Draft { get; } = null!;

    public Generator Generator { get; } = null!;

    /// <summary>Prompts are texts; without one they are as many numbers as they have letters.</summary>
    public bool HasTokenizer { get; }

    public override string Device => Compute.Name;

    public override CudaCard? Card => (Compute as CudaDevice)?.Card;

    /// <summary>Where the layers wait, if they do not stay.</summary>
    public override IReadOnlyList<Row> Rows
    {
        get
        {
            if (Target.StreamedBytesPerPass == 0)
            {
                return [];
            }

            List<Figure> figures = [new("resident layers", Target.Residency.ResidentLayers, ""), new("to stream", Target.StreamedBytesPerPass / 1e9, "GB/pass")];
            if (Target.LinkBytesPerSecond is { } link)
            {
                figures.Add(new Figure("link", link / 1e9, "GB/s"));
            }

            return [new Row("residency", [], figures)];
        }
    }

    /// <summary>Texts without a draft under these settings, written by <paramref name="write"/> the first time that somebody asks.</summary>
    public Texts Plain(string settings, Func<Texts> write)
    {
        if (!_plain.TryGetValue(settings, out Texts? texts))
        {
            _plain.Add(settings, texts = write());
        }

        return texts;
    }

    /// <summary>
    /// A tree of K nodes. Which nodes does not depend on the size of draft steps: on the CPU eighths of it, 64 nodes at most, keep the steps few; a card is
    /// asked what is fastest.
    /// </summary>
    public TreeOptions TreeFor(int budget) => new() { Budget = budget, BatchSize = Math.Clamp(budget / 8, 1, 64), MeasuresBatch = Compute is CudaDevice };

    public override void Dispose()
    {
        while (_owned.Count > 0)
        {
            IDisposable last = _owned[^1];
            _owned.RemoveAt(_owned.Count - 1);
            last.Dispose();
        }
    }

    private T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }
}
