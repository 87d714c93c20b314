namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// The loop of "Perplexity of fixed-length models" in the documentation of Hugging Face transformers, in double precision, with
/// the opening token before each window where there is one. It is an oracle, so nothing in it is shared with the engine.
/// </summary>
public static class NaivePerplexity
{
    /// <summary>For each scored token, in order: the token, and the log-probabilities behind the tokens before it, <c>[V]</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">The text.</param>
    /// <param name="opening">What each window begins with; null: the text's token before it.</param>
    /// <param name="context">Inputs a window.</param>
    /// <param name="stride">How far apart windows begin.</param>
    public static List<(int Token, double[] LogProbabilities)> Score(
        NaiveTransformer model, int[] tokens, int? opening, int context, int stride)
    {
        List<(int Token, double[] LogProbabilities)> scored = [];
        int previousEnd = opening is null ? 1 : 0;
        for (int begin = previousEnd; previousEnd < tokens.Length; begin += stride)
        {
            int end = Math.Min(begin + context, tokens.Length);
            int[] inputs = opening is { } first ? [first, .. tokens[begin..(end - 1)]] : tokens[(begin - 1)..(end - 1)];
            double[][] logits = model.Logits(inputs);
            for (int target = previousEnd; target < end; target++)
            {
                scored.Add((tokens[target], LogSoftmax(logits[target - begin])));
            }

            previousEnd = end;
        }

        return scored;
    }

    /// <summary>ln softmax.</summary>
    public static double[] LogSoftmax(IReadOnlyCollection<double> logits)
    {
        double max = logits.Max();
        double logTotal = max + Math.Log(logits.Sum(logit => Math.Exp(logit - max)));
        return [.. logits.Select(logit => logit - logTotal)];
    }

    /// <summary>KL(p ‖ q) over the first <paramref name="ids"/> tokens, renormalised.</summary>
    public static double Divergence(double[] logP, double[] logQ, int ids)
    {
        double[] p = LogSoftmax(logP[..ids]);
        double[] q = LogSoftmax(logQ[..ids]);
        return p.Zip(q, (a, b) => Math.Exp(a) * (a - b)).Sum();
    }

    /// <summary>Mean, and sample standard deviation / √n, in two runs over the numbers.</summary>
    public static (double Mean, double StandardError) Estimate(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        double variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return (mean, Math.Sqrt(variance / values.Count));
    }
}
