using SpecExecNative.Engine.Budget;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Simulated;

namespace SpecExecNative.Engine.Planning;

/// <summary>Both models on one device, as the command loads them: the draft first, the target in what it leaves.</summary>
internal sealed class LoadedPair : IDisposable
{
    private LoadedPair(Transformer draft, Transformer target, MemoryPlan memory, TreeOptions tree) => (Draft, Target, Memory, Tree) = (draft, target, memory, tree);

    public Transformer Draft { get; }

    public Transformer Target { get; }

    public MemoryPlan Memory { get; }

    /// <summary>The tree that there is memory for.</summary>
    public TreeOptions Tree { get; }

    /// <summary>Where streamed layers wait.</summary>
    public WeightPlace Place { get; private init; }

    /// <exception cref="DeviceOutOfMemoryException">The pair does not fit, or the streamed layers not into main memory.</exception>
    public static LoadedPair Load(SimulatedDevice device, PlanRequest request)
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
            MemoryPlan PlanFor(TreeOptions tree) => MemoryPlan.For(
                request.Target,
                device,
                PassMemory.OfPair(request.Target.Config, draft, device, options, tree),
                request.Residency,
                free - (device.FreeBytes ?? 0));

            (TreeOptions tree, MemoryPlan memory) = request.Tree.ChoosesBudget ? TreeMemory.Fit(request.Tree, PlanFor) : (request.Tree, PlanFor(request.Tree));
            WeightPlace place = PlaceOf(memory, request.Storage);
            if (place == WeightPlace.Disk)
            {
                device.LimitLink(request.DiskBytesPerSecond);
            }

            return new LoadedPair(draft, Transformer.Load(request.Target, device, options with { Residency = memory.Residency }), memory, tree) { Place = place };
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    private static WeightPlace PlaceOf(MemoryPlan memory, StorageOptions storage)
    {
        long bytes = memory.Residency.StreamedLayers * memory.LayerBytes;
        return storage.Place == WeightPlace.Ram && bytes > storage.MemoryBytes
            ? throw new DeviceOutOfMemoryException("main memory (system RAM, not VRAM)", $"{memory.Residency.StreamedLayers} streamed layers; --weights disk keeps them in a file", bytes) { IsHost = true }
            : bytes == 0 ? WeightPlace.Ram : storage.Resolve(bytes);
    }

    public void Dispose()
    {
        Target.Dispose();
        Draft.Dispose();
    }
}
