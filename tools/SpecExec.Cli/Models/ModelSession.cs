using System.Diagnostics;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Budget;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Speculation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Loaders.Tokenization;

namespace SpecExecNative.Cli.Models;

/// <summary>A device with a target, perhaps a draft, and a generator over them.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly List<IDisposable> _owned;

    private ModelSession(
        ModelRequest request, SessionModel target, ComputeDevice device, Generator generator, List<IDisposable> owned)
    {
        Request = request;
        Target = target;
        Device = device;
        Generator = generator;
        _owned = owned;
    }

    public ModelRequest Request { get; }

    public SessionModel Target { get; }

    public ComputeDevice Device { get; }

    public Generator Generator { get; }

    /// <summary>The tree that there is memory for; null: none.</summary>
    public TreeOptions? Tree { get; private init; }

    /// <summary>Opens and checks everything that is small before anything large is read.</summary>
    /// <param name="request">Which models.</param>
    /// <param name="tree">The largest tree that will be grown; null: none.</param>
    /// <param name="treeForStreaming">The same if layers are streamed; null: no other.</param>
    /// <param name="context">Where to tell of it.</param>
    /// <param name="cancellation">Between two portions of weights.</param>
    /// <exception cref="Loaders.ModelFormatException">A model is missing, damaged or not supported.</exception>
    /// <exception cref="Loaders.ModelMismatchException">The draft is not for this target.</exception>
    /// <exception cref="DeviceOutOfMemoryException">They do not fit.</exception>
    /// <exception cref="CudaUnavailableException">A card was asked for, and there is none that can be used.</exception>
    /// <exception cref="UsageException">The context is longer than the model's.</exception>
    public static async Task<ModelSession> OpenAsync(
        ModelRequest request, TreeOptions? tree, TreeOptions? treeForStreaming, CommandContext context, CancellationToken cancellation)
    {
        if (request.IsDemoPair)
        {
            context.Notices.Say("no --model given; using the demo pair that comes along (trained on the King James Bible)");
        }

        var owned = new List<IDisposable>();
        T Own<T>(T item)
            where T : IDisposable
        {
            owned.Add(item);
            return item;
        }

        try
        {
            SessionModel target = Own(SessionModel.Open(request.Target, request.Format));
            SessionModel? draft = request.Draft is null ? null : Own(SessionModel.Open(request.Draft, request.Format));
            CheckPair(request, target, draft);
            ComputeDevice device = Own(await DeviceSelection.OpenAsync(
                request.Device, draft is null ? [target.Weights] : [target.Weights, draft.Weights], context, cancellation).ConfigureAwait(false));
            context.Notices.Detail($"device: {device.Name}");
            long start = Stopwatch.GetTimestamp();
            // The draft first: the target takes what it leaves.
            long free = device.FreeBytes ?? 0;
            Transformer? draftModel = draft is null ? null : Own(await LoadAsync(draft, "draft", OptionsFor(draft) with { Rows = RowResults.BatchDependent }).ConfigureAwait(false));
            Transformer targetModel = Own(await LoadTargetAsync().ConfigureAwait(false));
            context.Notices.Detail($"loaded in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s");
            var generator = new Generator(targetModel, draftModel, target.Tokenizer, draft?.Tokenizer);
            return new ModelSession(request, target, device, generator, owned) { Tree = tree };

            async Task<Transformer> LoadTargetAsync()
            {
                TransformerOptions options = OptionsFor(target) with { Rows = request.Device.IsExact ? RowResults.Invariant : RowResults.BatchDependent, Storage = request.Storage };
                MemoryPlan PlanFor(TreeOptions? largest) => MemoryPlan.For(
                    target.Weights,
                    device,
                    PassMemory.OfPair(target.Config, draftModel, device, options, largest),
                    request.Residency,
                    free - (device.FreeBytes ?? 0));

                MemoryPlan plan = PlanFor(tree);
                if (plan.Residency.StreamedLayers > 0 && treeForStreaming is not null)
                {
                    tree = treeForStreaming;
                }

                if (tree is { ChoosesBudget: true })
                {
                    int asked = tree.Budget;
                    (tree, plan) = TreeMemory.Fit(tree, PlanFor);
                    if (tree.Budget < asked)
                    {
                        context.Notices.Detail($"trees of up to {tree.Budget} nodes: more would take memory that layers need");
                    }
                }

                while (true)
                {
                    options = options with { Storage = await PinnedAllowance.ApplyAsync(request, device, plan, context, cancellation).ConfigureAwait(false) };
                    MemoryPlanReport.Write(context.Notices, plan);
                    try
                    {
                        Transformer loaded = await LoadAsync(target, "target", options with { Residency = plan.Residency }).ConfigureAwait(false);
                        MemoryPlanReport.WriteHost(context.Notices, loaded.HostLayers);
                        return loaded;
                    }
                    catch (DeviceOutOfMemoryException e) when (!e.IsHost && request.Residency.ResidentLayers is null && plan.RoomBytes is not null && plan.Smaller() is { } smaller)
                    {
                        context.Notices.Say($"{e.Message} Trying with fewer layers on the card");
                        plan = smaller;
                    }
                }
            }

            TransformerOptions OptionsFor(SessionModel model) => new() { ContextLength = ContextFor(request, model) };

            async Task<Transformer> LoadAsync(SessionModel model, string role, TransformerOptions options)
            {
                context.Notices.Detail($"{role}: {model.Weights.Name} ({model.Summary})");
                Transformer transformer = await LoadingProgress.ShowAsync(
                    context.Notices,
                    $"loading the {role}",
                    progress => Transformer.Load(model.Weights, device, options, progress, cancellation)).ConfigureAwait(false);
                AmbiguousZeros.Mention(context.Notices, model.Name, transformer);
                return transformer;
            }
        }
        catch
        {
            DisposeAll(owned);
            throw;
        }
    }

    /// <summary>Token ids of a prompt: where there is no tokenizer, its bytes.</summary>
    public IReadOnlyList<int> Encode(string prompt) => Target.Tokenizer is not null
        ? Generator.Encode(prompt)
        : [.. System.Text.Encoding.UTF8.GetBytes(prompt).Select(letter => letter % Generator.Vocabulary)];

    public void Dispose() => DisposeAll(_owned);

    private static void CheckPair(ModelRequest request, SessionModel target, SessionModel? draft)
    {
        int longest = target.Config.MaxPositionEmbeddings;
        if (request.ContextLength > longest)
        {
            throw new UsageException(
                $"--ctx-size {request.ContextLength} is more than the {longest} tokens that {request.Target} was made for.");
        }

        if (draft is { Tokenizer: not null } && target.Tokenizer is not null)
        {
            VocabularyCheck.Compare(
                target.Tokenizer, draft.Tokenizer, target.Config.VocabularySize, draft.Config.VocabularySize);
        }
    }

    /// <summary>A draft with a shorter context than the text's simply stops guessing at its end.</summary>
    private static int? ContextFor(ModelRequest request, SessionModel model)
        => request.ContextLength is { } length ? Math.Min(length, model.Config.MaxPositionEmbeddings) : null;

    private static void DisposeAll(List<IDisposable> owned)
    {
        for (int i = owned.Count - 1; i >= 0; i--)
        {
            owned[i].Dispose();
        }
    }
}
