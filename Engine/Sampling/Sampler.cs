using System.Numerics.Tensors;

namespace SpecExecNative.Engine.Sampling;

/// <summary>
/// Chooses the next token from one row of logits, on the host. The whole chain of <see cref="SamplingOptions"/> sees the
/// sequence up to this very token, so any chain is lossless under speculation: a row is sampled only when its path is
/// the text.
/// </summary>
public sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly LogitAdjustment _adjustment;
    private readonly float[] _adjusted;
    private readonly Candidates _candidates;

    /// <param name="options">The chain; validated here.</param>
    /// <param name="vocabulary">Ids that may be chosen: 0 … <paramref name="vocabulary"/> − 1. Rows may be longer (padding).</param>
    public Sampler(SamplingOptions options, int vocabulary)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        _options = options;
        _adjustment = new LogitAdjustment(options);
        _adjusted = new float[vocabulary];
        _candidates = new Candidates(vocabulary);
    }

    /// <summary>Chooses the token that follows <paramref name="history"/>.</summary>
    /// <param name="logits">At least <c>vocabulary</c> values.</param>
    /// <param name="history">The sequence so far.</param>
    /// <exception cref="InvalidLogitsException">The logits are not numbers, or nothing may be chosen.</exception>
    public int Sample(ReadOnlySpan<float> logits, TokenHistory history)
    {
        Adjust(logits, history);
        int best = MostProbable(history.Count);
        if (_options.Temperature == 0)
        {
            return best;
        }

        _candidates.Fill(_adjusted, _adjusted[best], _options);
        return _candidates.Draw(Philox.Uniform(_options.Seed, history.Count));
    }

    /// <summary>The distribution from which <see cref="Sample"/> draws, over the whole vocabulary.</summary>
    /// <inheritdoc cref="Sample" path="/exception"/>
    public double[] Probabilities(ReadOnlySpan<float> logits, TokenHistory history)
    {
        double[] probabilities = new double[_adjusted.Length];
        Probabilities(logits, history, probabilities);
        return probabilities;
    }

    /// <inheritdoc cref="Probabilities(ReadOnlySpan{float}, TokenHistory)"/>
    /// <param name="logits">At least <c>vocabulary</c> values.</param>
    /// <param name="history">The sequence so far.</param>
    /// <param name="probabilities">Receives them, <c>[vocabulary]</c>.</param>
    internal void Probabilities(ReadOnlySpan<float> logits, TokenHistory history, Span<double> probabilities)
    {
        Adjust(logits, history);
        int best = MostProbable(history.Count);
        probabilities.Clear();
        if (_options.Temperature == 0)
        {
            probabilities[best] = 1;
            return;
        }

        _candidates.Fill(_adjusted, _adjusted[best], _options);
        _candidates.CopyProbabilities(probabilities);
    }

    private void Adjust(ReadOnlySpan<float> logits, TokenHistory history)
    {
        logits[.._adjusted.Length].CopyTo(_adjusted);
        _adjustment.Apply(_adjusted, history);
    }

    private int MostProbable(long position)
    {
        // The first of equal maxima; the first NaN, where there is one.
        int best = TensorPrimitives.IndexOfMax<float>(_adjusted);
        if (float.IsNaN(_adjusted[best]) || float.IsPositiveInfinity(_adjusted[best]))
        {
            throw new InvalidLogitsException(position, $"the model gives token {best} the logit {_adjusted[best]}; its weights or its arithmetic are broken");
        }

        return float.IsNegativeInfinity(_adjusted[best])
            ? throw new InvalidLogitsException(position, "every token is forbidden (logit bias)")
            : best;
    }
}
