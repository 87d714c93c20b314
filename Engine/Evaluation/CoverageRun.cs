using SpecExecNative.Engine.Sampling;
using SpecExecNative.Engine.Transformers;

namespace SpecExecNative.Engine.Evaluation;

/// <summary>
/// Measures how much of a target's probability a draft's most likely tokens cover, at every position of a text (Svirschevski et al. 2024,
/// figure 2): the limit of what trees of that width can have accepted.
/// </summary>
public sealed class CoverageRun
{
    private readonly Transformer _target;
    private readonly Transformer _draft;
    private readonly int _sharedVocabulary;

    /// <param name="target">Stays the caller's.</param>
    /// <param name="draft">Stays the caller's; not the same object.</param>
    /// <param name="sharedVocabulary">Token ids from 0 that both have: only these can be covered.</param>
    public CoverageRun(Transformer target, Transformer draft, int sharedVocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sharedVocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sharedVocabulary, Math.Min(target.Config.VocabularySize, draft.Config.VocabularySize));
        (_target, _draft, _sharedVocabulary) = (target, draft, sharedVocabulary);
    }

    /// <summary>Covers every position of the text's windows.</summary>
    /// <param name="windows">The text.</param>
    /// <param name="temperature">Of the target; 0: its most likely token has all the probability.</param>
    /// <param name="ranks">k, ascending: how many of the draft's tokens count.</param>
    /// <param name="cancellation">Between or inside windows.</param>
    /// <returns>For each k the covered probability, a mean over positions.</returns>
    /// <exception cref="OptionException">An option makes no sense.</exception>
    /// <exception cref="ArgumentException">Windows are longer than a model's context.</exception>
    /// <exception cref="EvaluationTextException">The text is not made of tokens that both models know.</exception>
    /// <exception cref="InvalidLogitsException">A model computes no numbers.</exception>
    /// <exception cref="InvalidOperationException">Somebody else is using a model.</exception>
    /// <exception cref="Kernels.DeviceOutOfMemoryException">KV caches or logits do not fit.</exception>
    public IReadOnlyList<MeanEstimate> Score(TextWindows windows, double temperature, IReadOnlyList<int> ranks, CancellationToken cancellation = default)
    {
        OptionException.ThrowUnless(temperature is >= 0 and < double.PositiveInfinity, nameof(temperature), temperature, "0 or more");
        OptionException.ThrowUnless(
            ranks.Count > 0 && ranks[0] >= 1 && ranks.Zip(ranks.Skip(1)).All(pair => pair.First < pair.Second), nameof(ranks), ranks.Count, "ascending and positive");
        if (windows.HighestToken >= _sharedVocabulary)
        {
            throw EvaluationTextException.UnknownToken(windows.HighestToken, _sharedVocabulary);
        }

        using Transformer.Lease targetLease = _target.Acquire();
        using Transformer.Lease draftLease = _draft.Acquire();
        using var target = new WindowPass(_target);
        using var draft = new WindowPass(_draft);
        var means = new RunningMean[ranks.Count];
        for (int i = 0; i < means.Length; i++)
        {
            means[i] = new RunningMean();
        }

        int[] buffer = new int[Math.Min(windows.Options.ContextLength, windows.ScoredTokens)];
        double[][] masses = [.. Enumerable.Range(0, WindowPass.ChunkRows).Select(_ => new double[ranks.Count])];
        foreach (TextWindow window in windows.Enumerate())
        {
            Span<int> inputs = buffer.AsSpan(0, window.Length);
            windows.CopyInputs(window, inputs);
            target.Begin(inputs, cancellation);
            draft.Begin(inputs, cancellation);
            for (int first = window.FirstScored; first < window.Length; first += WindowPass.ChunkRows)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(WindowPass.ChunkRows, window.Length - first);
                target.ComputeRows(first, count);
                draft.ComputeRows(first, count);
                RequireNumbers(target, count, window.First + first, "target");
                RequireNumbers(draft, count, window.First + first, "draft");
                Parallel.For(0, count, row => LogitRows.Coverage(target.Row(row), draft.Row(row)[.._sharedVocabulary], temperature, ranks, masses[row]));
                for (int row = 0; row < count; row++)
                {
                    for (int i = 0; i < means.Length; i++)
                    {
                        means[i].Add(masses[row][i]);
                    }
                }
            }
        }

        return [.. means.Select(mean => mean.Estimate)];
    }

    private static void RequireNumbers(WindowPass pass, int count, int position, string role)
    {
        for (int row = 0; row < count; row++)
        {
            int token = LogitRows.FirstNotFinite(pass.Row(row));
            if (token >= 0)
            {
                throw new InvalidLogitsException(position + row, $"the {role} gives token {token} the logit {pass.Row(row)[token]}; its weights or its arithmetic are broken");
            }
        }
    }
}
