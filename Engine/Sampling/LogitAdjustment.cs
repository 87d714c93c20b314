namespace SpecExecNative.Engine.Sampling;

/// <summary>The part of the sampler's chain before the temperature: penalties for tokens that came before, and biases.</summary>
internal sealed class LogitAdjustment(SamplingOptions options)
{
    private readonly bool _penalises = options.RepetitionPenalty != 1 || options.FrequencyPenalty != 0 || options.PresencePenalty != 0;

    /// <summary>Adjusts a row: the logit of token i is the i-th.</summary>
    /// <param name="logits"><c>[vocabulary]</c>.</param>
    /// <param name="history">The sequence before.</param>
    public void Apply(Span<float> logits, TokenHistory history)
    {
        if (_penalises)
        {
            foreach (int token in history.Seen)
            {
                if (token < logits.Length)
                {
                    logits[token] = Penalised(logits[token], history.GeneratedCounts.GetValueOrDefault(token));
                }
            }
        }

        foreach ((int token, double bias) in options.LogitBias)
        {
            if (token < logits.Length)
            {
                logits[token] += (float)bias;
            }
        }
    }

    /// <summary>Adjusts the logits of some tokens, behind a sequence that is not text yet.</summary>
    /// <param name="tokens">Whose logits these are.</param>
    /// <param name="logits">As many.</param>
    /// <param name="history">The text.</param>
    /// <param name="path">Drafted tokens behind it.</param>
    public void Apply(ReadOnlySpan<int> tokens, Span<float> logits, TokenHistory history, ReadOnlySpan<int> path)
    {
        for (int i = 0; _penalises && i < tokens.Length; i++)
        {
            int drafted = path.Count(tokens[i]);
            if (drafted > 0 || history.Seen.Contains(tokens[i]))
            {
                logits[i] = Penalised(logits[i], history.GeneratedCounts.GetValueOrDefault(tokens[i]) + drafted);
            }
        }

        for (int i = 0; options.LogitBias.Count > 0 && i < tokens.Length; i++)
        {
            logits[i] += (float)options.LogitBias.GetValueOrDefault(tokens[i]);
        }
    }

    /// <param name="logit">Of a token that came before.</param>
    /// <param name="count">How often it was generated.</param>
    private float Penalised(float logit, int count)
    {
        if (options.RepetitionPenalty != 1)
        {
            float penalty = (float)options.RepetitionPenalty;
            logit = logit > 0 ? logit / penalty : logit * penalty;
        }

        return count > 0 ? logit - (float)((options.FrequencyPenalty * count) + options.PresencePenalty) : logit;
    }
}
