using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Planning;

/// <summary>Both models on one device, as the command loads them: the draft first, the target in what it leaves.</summary>
internal sealed class LoadedPair : IDisposable
{
    private LoadedPair(Transformer draft, Transformer target, MemoryPlan memory) => (Draft, Target, Memory) = (draft, target, memory);

    public Transformer Draft { get; }

    public Transformer Target { get; }

    public MemoryPlan Memory { get; }

    public static LoadedPair Load(ComputeDevice device, PlanRequest request)
    {
        long free = device.FreeBytes ?? 0;
        TransformerOptions OptionsFor(WeightCatalog model) => new()
        {
            ContextLength = request.ContextLength is { } length ? Math.Min(length, model.Config.MaxPositionEmbeddings) : null,
        };

        Transformer draft = Transformer.Load(request.Draft, device, OptionsFor(request.Draft) with { Rows = RowResults.BatchDependent });
        try
        {
            TransformerOptions options = OptionsFor(request.Target);
            PassMemory passes = PassMemory.OfPair(request.Target.Config, draft, device, options, request.Tree);
            var memory = MemoryPlan.For(request.Target, device, passes, request.Residency, free - (device.FreeBytes ?? 0));
            return new LoadedPair(draft, Transformer.Load(request.Target, device, options with { Residency = memory.Residency }), memory);
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Target.Dispose();
        Draft.Dispose();
    }
}
