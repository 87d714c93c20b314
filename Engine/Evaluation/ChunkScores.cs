using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Engine.Evaluation;

/// <summary>Scores a chunk of rows on all processors, and adds the scores up in the rows' order, so that sums do not depend on threads.</summary>
internal sealed class ChunkScores(WindowPass model, WindowPass? reference, int sharedVocabulary)
{
    private readonly double[] _losses = new double[WindowPass.ChunkRows];
    private readonly double[] _referenceLosses = new double[WindowPass.ChunkRows];
    private readonly double[] _divergences = new double[WindowPass.ChunkRows];
    private readonly bool[] _sameTop = new bool[WindowPass.ChunkRows];
    private readonly RunningMean _loss = new();
    private readonly RunningMean _referenceLoss = new();
    private readonly RunningMean _divergence = new();
    private double _largestDivergence;
    private int _sameTopTokens;

    /// <summary>Tokens scored so far.</summary>
    public int Tokens { get; private set; }

    public MeanEstimate Loss => _loss.Estimate;

    public ReferenceResult? Reference => reference is null
        ? null
        : new(_referenceLoss.Estimate, _divergence.Estimate, _largestDivergence, (double)_sameTopTokens / Tokens);

    /// <summary>Takes the rows that the passes have computed last.</summary>
    /// <param name="targets">The token that followed each row.</param>
    /// <param name="position">Index of the first of them in the text.</param>
    /// <exception cref="InvalidLogitsException">A logit is NaN or infinite.</exception>
    public void Add(ReadOnlySpan<int> targets, int position)
    {
        int[] tokens = targets.ToArray();
        Parallel.For(0, tokens.Length, row => Score(row, tokens[row]));
        for (int row = 0; row < tokens.Length; row++)
        {
            RequireFinite(_losses[row], model, row, position + row, "model");
            _loss.Add(_losses[row]);
            Tokens++;
            if (reference is not null)
            {
                RequireFinite(_referenceLosses[row], reference, row, position + row, "reference");
                _referenceLoss.Add(_referenceLosses[row]);
                _divergence.Add(_divergences[row]);
                _largestDivergence = Math.Max(_largestDivergence, _divergences[row]);
                _sameTopTokens += _sameTop[row] ? 1 : 0;
            }
        }
    }

    private static void RequireFinite(double loss, WindowPass pass, int row, int position, string role)
    {
        if (!double.IsFinite(loss))
        {
            int token = LogitRows.FirstNotFinite(pass.Row(row));
            throw new InvalidLogitsException(
                position, $"the {role} gives token {token} the logit {pass.Row(row)[token]}; its weights or its arithmetic are broken");
        }
    }

    private void Score(int row, int target)
    {
        ReadOnlySpan<float> logits = model.Row(row);
        _losses[row] = LogitRows.Loss(logits, target);
        if (reference is null)
        {
            return;
        }

        ReadOnlySpan<float> expected = reference.Row(row);
        _referenceLosses[row] = LogitRows.Loss(expected, target);
        logits = logits[..sharedVocabulary];
        expected = expected[..sharedVocabulary];
        _divergences[row] = LogitRows.Divergence(expected, logits);
        _sameTop[row] = LogitRows.Top(expected) == LogitRows.Top(logits);
    }
}
