using System.Diagnostics;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Loaders;

namespace SpecExecNative.Engine.Evaluation;

/// <summary>Measures how well a model predicts a text, and how far it is from a reference there.</summary>
/// <remarks>Memory beyond the models is a KV cache and <see cref="WindowPass.ChunkRows"/> rows of logits for each, whatever the text's length.</remarks>
public sealed class PerplexityRun
{
    private readonly Transformer _model;
    private readonly ReferenceModel? _reference;

    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="reference">Another one to compare it with, not the same object; null: none.</param>
    public PerplexityRun(Transformer model, ReferenceModel? reference = null)
    {
        _model = model;
        _reference = reference;
    }

    /// <summary>Scores every window, both models on the same ones.</summary>
    /// <exception cref="ArgumentException">Windows are longer than a model's context.</exception>
    /// <exception cref="EvaluationTextException">The text is not made of the model's tokens.</exception>
    /// <exception cref="ModelMismatchException">It has tokens that the reference does not know.</exception>
    /// <exception cref="InvalidLogitsException">A model computes no numbers.</exception>
    /// <exception cref="InvalidOperationException">Somebody else is using a model.</exception>
    /// <exception cref="Kernels.DeviceOutOfMemoryException">KV caches or logits do not fit.</exception>
    /// <exception cref="OperationCanceledException">Between or inside windows.</exception>
    public PerplexityResult Score(TextWindows windows, IProgress<PerplexityProgress>? progress = null, CancellationToken cancellation = default)
    {
        RequireKnownTokens(windows);
        using Transformer.Lease lease = _model.Acquire();
        using Transformer.Lease? referenceLease = _reference?.Model.Acquire();
        using var model = new WindowPass(_model);
        using WindowPass? reference = _reference is null ? null : new WindowPass(_reference.Model);

        long start = Stopwatch.GetTimestamp();
        var scores = new ChunkScores(model, reference, _reference?.SharedVocabulary ?? 0);
        int[] buffer = new int[Math.Min(windows.Options.ContextLength, windows.ScoredTokens)];
        foreach (TextWindow window in windows.Enumerate())
        {
            Span<int> inputs = buffer.AsSpan(0, window.Length);
            windows.CopyInputs(window, inputs);
            model.Begin(inputs, cancellation);
            reference?.Begin(inputs, cancellation);
            for (int first = window.FirstScored; first < window.Length; first += WindowPass.ChunkRows)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(WindowPass.ChunkRows, window.Length - first);
                model.ComputeRows(first, count);
                reference?.ComputeRows(first, count);
                scores.Add(windows.Targets(window).Slice(first, count), window.First + first);
            }

            progress?.Report(new PerplexityProgress(scores.Tokens, windows.ScoredTokens, Math.Exp(scores.Loss.Mean)));
        }

        return new PerplexityResult(scores.Tokens, scores.Loss, Stopwatch.GetElapsedTime(start)) { Reference = scores.Reference };
    }

    private void RequireKnownTokens(TextWindows windows)
    {
        int token = windows.HighestToken;
        int vocabulary = _model.Config.VocabularySize;
        if (token >= vocabulary)
        {
            throw EvaluationTextException.UnknownToken(token, vocabulary);
        }

        if (_reference is not null && token >= _reference.Model.Config.VocabularySize)
        {
            throw new ModelMismatchException(
                $"The text has token {token}, but the reference's vocabulary ends at {_reference.Model.Config.VocabularySize - 1}.");
        }
    }
}
