namespace SpecExecNative.Tests.Oracles;

/// <summary>
/// The whole sampler chain from logits to the probabilities of the next token, in double precision, in this order:
/// <list type="number">
/// <item>repetition penalty r: each distinct token of prompt and generated text has its logit divided by r if positive,
/// else multiplied (Keskar et al. 2019, section 4.1, in the form of transformers' <c>RepetitionPenaltyLogitsProcessor</c>);</item>
/// <item>frequency and presence penalty: logit − count · frequency − [count &gt; 0] · presence, where count is of generated
/// tokens only (OpenAI API reference, "Frequency and presence penalties");</item>
/// <item>logit bias: added to the token's logit (OpenAI API, <c>logit_bias</c>);</item>
/// <item>temperature t: softmax(logits / t); at 0 the greatest logit, the lowest id on ties, gets all (the filters below then change nothing);</item>
/// <item>top-k: the k most probable, of equal ones those with lower ids (Fan et al. 2018);</item>
/// <item>top-p: the smallest number of most probable tokens whose mass is at least p (Holtzman et al. 2020, equation 2);</item>
/// <item>min-p: those with at least minP times the probability of the most probable one (Nguyen et al. 2024).</item>
/// </list>
/// Each filter sees the renormalised survivors of the one before.
/// </summary>
public sealed record NaiveSampler
{
    public IReadOnlyDictionary<int, double> LogitBias { get; init; } = new Dictionary<int, double>();

    /// <summary>r; 1 is off.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    public double FrequencyPenalty { get; init; }

    public double PresencePenalty { get; init; }

    public double Temperature { get; init; } = 1;

    /// <summary>k; 0 is off.</summary>
    public int TopK { get; init; }

    /// <summary>p; 1 is off.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>0 is off.</summary>
    public double MinP { get; init; }

    /// <summary>Probability of each token, <c>[V]</c>.</summary>
    /// <param name="logits"><c>[V]</c>.</param>
    /// <param name="prompt">Tokens that were given.</param>
    /// <param name="generated">Tokens that were generated since.</param>
    public double[] Probabilities(IReadOnlyList<double> logits, IReadOnlyList<int> prompt, IReadOnlyList<int> generated)
    {
        double[] penalised = Penalise(logits, prompt, generated);
        if (Temperature == 0)
        {
            double[] certain = new double[penalised.Length];
            certain[NaiveTransformer.Argmax(penalised)] = 1;
            return certain;
        }

        double greatest = penalised.Max();
        double[] probabilities = Normalised([.. penalised.Select(x => Math.Exp((x - greatest) / Temperature))]);
        probabilities = Keep(probabilities, KeptByTopK(probabilities));
        probabilities = Keep(probabilities, KeptByTopP(probabilities));
        return Keep(probabilities, KeptByMinP(probabilities));
    }

    private double[] Penalise(IReadOnlyList<double> logits, IReadOnlyList<int> prompt, IReadOnlyList<int> generated)
    {
        double[] result = [.. logits];
        foreach (int token in prompt.Concat(generated).Distinct())
        {
            result[token] = result[token] > 0 ? result[token] / RepetitionPenalty : result[token] * RepetitionPenalty;
        }

        foreach (IGrouping<int, int> occurrences in generated.GroupBy(token => token))
        {
            result[occurrences.Key] -= (occurrences.Count() * FrequencyPenalty) + PresencePenalty;
        }

        foreach ((int token, double bias) in LogitBias)
        {
            result[token] += bias;
        }

        return result;
    }

    private IEnumerable<int> KeptByTopK(double[] probabilities)
        => Descending(probabilities).Take(TopK == 0 ? probabilities.Length : TopK);

    private IEnumerable<int> KeptByTopP(double[] probabilities)
    {
        if (TopP >= 1)
        {
            return Enumerable.Range(0, probabilities.Length); // a rounded sum may never reach 1
        }

        List<int> kept = [];
        double mass = 0;
        foreach (int token in Descending(probabilities))
        {
            kept.Add(token);
            mass += probabilities[token];
            if (mass >= TopP)
            {
                break;
            }
        }

        return kept;
    }

    private IEnumerable<int> KeptByMinP(double[] probabilities)
    {
        double threshold = MinP * probabilities.Max();
        return Enumerable.Range(0, probabilities.Length).Where(token => probabilities[token] >= threshold);
    }

    /// <summary>Token ids, most probable first, equal ones by id.</summary>
    private static IEnumerable<int> Descending(double[] probabilities)
        => Enumerable.Range(0, probabilities.Length).OrderByDescending(token => probabilities[token]).ThenBy(token => token);

    private static double[] Keep(double[] probabilities, IEnumerable<int> kept)
    {
        double[] result = new double[probabilities.Length];
        foreach (int token in kept)
        {
            result[token] = probabilities[token];
        }

        return Normalised(result);
    }

    private static double[] Normalised(double[] weights)
    {
        double total = weights.Sum();
        return [.. weights.Select(w => w / total)];
    }
}
