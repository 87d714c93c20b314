using System.Diagnostics;
using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Generation;
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
        ModelRequest request, OpenedModel target, ComputeDevice device, Generator generator, List<IDisposable> owned)
    {
        Request = request;
        Target = target;
        Device = device;
        Generator = generator;
        _owned = owned;
    }

    public ModelRequest Request { get; }

    public OpenedModel Target { get; }

    public ComputeDevice Device { get; }

    public Generator Generator { get; }

    /// <summary>Opens and checks everything that is small before anything large is read.</summary>
    /// <exception cref="Loaders.ModelFormatException">A model is missing, damaged or not supported.</exception>
    /// <exception cref="Loaders.ModelMismatchException">The draft is not for this target.</exception>
    /// <exception cref="DeviceOutOfMemoryException">They do not fit.</exception>
    /// <exception cref="CudaUnavailableException">A card was asked for, and there is none that can be used.</exception>
    /// <exception cref="UsageException">The context is longer than the model's.</exception>
    public static async Task<ModelSession> OpenAsync(ModelRequest request, CommandContext context, CancellationToken cancellation)
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
            OpenedModel target = Own(OpenedModel.Open(request.Target));
            OpenedModel? draft = request.Draft is null ? null : Own(OpenedModel.Open(request.Draft));
            CheckPair(request, target, draft);
            ComputeDevice device = Own(await DeviceSelection.OpenAsync(
                request.Device, draft is null ? [target.Checkpoint] : [target.Checkpoint, draft.Checkpoint], context, cancellation).ConfigureAwait(false));
            context.Notices.Detail($"device: {device.Name}");
            long start = Stopwatch.GetTimestamp();
            Transformer targetModel = Own(await LoadAsync(target, "target", request.Device.IsExact ? RowResults.Invariant : RowResults.BatchDependent).ConfigureAwait(false));
            Transformer? draftModel = draft is null ? null : Own(await LoadAsync(draft, "draft", RowResults.BatchDependent).ConfigureAwait(false));
            context.Notices.Detail($"loaded in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s");
            var generator = new Generator(targetModel, draftModel, target.Tokenizer, draft?.Tokenizer);
            return new ModelSession(request, target, device, generator, owned);

            Task<Transformer> LoadAsync(OpenedModel model, string role, RowResults rows)
            {
                context.Notices.Detail($"{role}: {model.Checkpoint.Directory} ({ModelSummary.Of(model.Checkpoint)})");
                var options = new TransformerOptions { ContextLength = ContextFor(request, model), Rows = rows };
                return LoadingProgress.ShowAsync(
                    context.Notices,
                    $"loading the {role}",
                    progress => Transformer.Load(model.Checkpoint, device, options, progress, cancellation));
            }
        }
        catch
        {
            DisposeAll(owned);
            throw;
        }
    }

    public void Dispose() => DisposeAll(_owned);

    private static void CheckPair(ModelRequest request, OpenedModel target, OpenedModel? draft)
    {
        int longest = target.Checkpoint.Config.MaxPositionEmbeddings;
        if (request.ContextLength > longest)
        {
            throw new UsageException(
                $"--ctx-size {request.ContextLength} is more than the {longest} tokens that {request.Target} was made for.");
        }

        if (draft is not null)
        {
            VocabularyCheck.Compare(
                target.Tokenizer, draft.Tokenizer, target.Checkpoint.Config.VocabularySize, draft.Checkpoint.Config.VocabularySize);
        }
    }

    /// <summary>A draft with a shorter context than the text's simply stops guessing at its end.</summary>
    private static int? ContextFor(ModelRequest request, OpenedModel model)
        => request.ContextLength is { } length ? Math.Min(length, model.Checkpoint.Config.MaxPositionEmbeddings) : null;

    private static void DisposeAll(List<IDisposable> owned)
    {
        for (int i = owned.Count - 1; i >= 0; i--)
        {
            owned[i].Dispose();
        }
    }
}
