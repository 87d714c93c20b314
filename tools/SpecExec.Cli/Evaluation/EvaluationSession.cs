using SpecExecNative.Cli.Models;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Evaluation;

/// <summary>A device with the models loaded on it.</summary>
internal sealed class EvaluationSession : IDisposable
{
    private readonly Stack<IDisposable> _owned = new();

    private EvaluationSession(ComputeDevice device)
    {
        Device = device;
        _owned.Push(device);
    }

    public ComputeDevice Device { get; }

    public PerplexityRun Run { get; private set; } = null!;

    /// <exception cref="Loaders.ModelFormatException">A model is damaged.</exception>
    /// <exception cref="DeviceOutOfMemoryException">They do not fit.</exception>
    /// <exception cref="Kernels.Cuda.CudaUnavailableException">A card was asked for, and there is none that can be used.</exception>
    public static async Task<EvaluationSession> LoadAsync(
        EvaluatedModels models, PerplexityOptions windows, DeviceRequest request, CommandContext context, CancellationToken cancellation)
    {
        ComputeDevice device = await DeviceSelection.OpenAsync(
            request,
            models.Reference is null ? [WeightCatalog.Of(models.Model.Checkpoint)] : [WeightCatalog.Of(models.Model.Checkpoint), WeightCatalog.Of(models.Reference.Checkpoint)],
            context,
            cancellation).ConfigureAwait(false);
        context.Notices.Detail($"device: {device.Name}");
        var session = new EvaluationSession(device);
        try
        {
            Transformer model = await LoadAsync(models.Model, "model").ConfigureAwait(false);
            ReferenceModel? reference = models.Reference is null
                ? null
                : new ReferenceModel(await LoadAsync(models.Reference, "reference").ConfigureAwait(false), models.SharedVocabulary);
            session.Run = new PerplexityRun(model, reference);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }

        async Task<Transformer> LoadAsync(OpenedModel opened, string role)
        {
            context.Notices.Detail($"{role}: {opened.Checkpoint.Directory} ({ModelSummary.Of(opened.Checkpoint)})");
            var options = new TransformerOptions
            {
                ContextLength = windows.ContextLength,
                Rows = request.IsExact ? RowResults.Invariant : RowResults.BatchDependent,
            };
            Transformer loaded = await LoadingProgress.ShowAsync(
                context.Notices,
                $"loading the {role}",
                progress => Transformer.Load(opened.Checkpoint, device, options, progress, cancellation)).ConfigureAwait(false);
            session._owned.Push(loaded);
            return loaded;
        }
    }

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? last))
        {
            last.Dispose();
        }
    }
}
