using SpecExecNative.TrainPair.Training;

namespace SpecExecNative.TrainPair.Distillation;

/// <summary>Temperature and top-p sampling of one token; temperature 0 takes the most likely one.</summary>
internal sealed record NextTokenSampler(double Temperature, double TopP)
{
    public static readonly NextTokenSampler Greedy = new(Temperature: 0, TopP: 1);

    /// <summary>The index of the largest element, the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
            {
                best = i;
            }
        }

        return best;
    }

    public int Sample(ReadOnlySpan<float> logits, SplitMix64 random)
    {
        if (Temperature <= 0)
        {
            return ArgMax(logits);
        }

        double[] probabilities = Probabilities(logits);
        double threshold = random.Unit();
        double sum = 0;
        int last = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > 0)
            {
                last = i;
                sum += probabilities[i];
                if (threshold < sum)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>The distribution that is sampled from: softmax(logits / temperature), cut to its top-p nucleus, renormalised.</summary>
    public double[] Probabilities(ReadOnlySpan<float> logits)
    {
        double[] probabilities = new double[logits.Length];
        double largest = double.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit / Temperature);
        }

        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = Math.Exp((logits[i] / Temperature) - largest);
            sum += probabilities[i];
        }

        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] /= sum;
        }

        if (TopP < 1)
        {
            KeepNucleus(probabilities);
        }

        return probabilities;
    }

    /// <summary>Keeps the fewest most likely tokens that together reach top-p.</summary>
    private void KeepNucleus(double[] probabilities)
    {
        int[] tokens = [.. Enumerable.Range(0, probabilities.Length)];
        double[] descending = Array.ConvertAll(probabilities, probability => -probability);
        Array.Sort(descending, tokens);
        double kept = 0;
        int count = 0;
        while (count < tokens.Length && kept < TopP)
        {
            kept += probabilities[tokens[count++]];
        }

        foreach (int token in tokens.AsSpan(count))
        {
            probabilities[token] = 0;
        }

        foreach (int token in tokens.AsSpan(0, count))
        {
            probabilities[token] /= kept;
        }
    }
}
