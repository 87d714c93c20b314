using System.Numerics.Tensors;

namespace SpecExecNative.Engine.Evaluation;

/// <summary>What rows of logits say, in double precision.</summary>
internal static class LogitRows
{
    /// <summary>−ln softmax(logits)[target], nats; NaN if a logit is not finite.</summary>
    /// <param name="logits"><c>[V]</c>.</param>
    /// <param name="target">Token id.</param>
    public static double Loss(ReadOnlySpan<float> logits, int target)
    {
        if (FirstNotFinite(logits) >= 0)
        {
            return double.NaN;
        }

        double max = TensorPrimitives.Max(logits);
        double total = 0;
        foreach (float logit in logits)
        {
            total += Math.Exp(logit - max);
        }

        return Math.Log(total) + max - logits[target];
    }

    /// <summary>KL(softmax(reference) ‖ softmax(model)), nats.</summary>
    /// <param name="reference"><c>[V]</c>, finite.</param>
    /// <param name="model"><c>[V]</c>, finite.</param>
    public static double Divergence(ReadOnlySpan<float> reference, ReadOnlySpan<float> model)
    {
        // Σ p (r − q) − ln Σ eʳ + ln Σ e^q, where p = softmax(r): one run over the rows, and exactly 0 for equal ones.
        double referenceMax = TensorPrimitives.Max(reference);
        double modelMax = TensorPrimitives.Max(model);
        double referenceTotal = 0;
        double modelTotal = 0;
        double distance = 0;
        for (int token = 0; token < reference.Length; token++)
        {
            double weight = Math.Exp(reference[token] - referenceMax);
            referenceTotal += weight;
            modelTotal += Math.Exp(model[token] - modelMax);
            distance += weight * ((double)reference[token] - model[token]);
        }

        double divergence = (distance / referenceTotal) - (Math.Log(referenceTotal) + referenceMax) + (Math.Log(modelTotal) + modelMax);
        return Math.Max(0, divergence); // rounding may make a tiny one negative
    }

    /// <summary>The target's probability of the draft's k most likely tokens, for several k.</summary>
    /// <param name="target"><c>[V]</c>, finite.</param>
    /// <param name="draft"><c>[n]</c>, n at most V, finite; of equals the lowest ids come first.</param>
    /// <param name="temperature">Of the target; 0: its most likely token has all the probability.</param>
    /// <param name="ranks">k, ascending.</param>
    /// <param name="masses">Receives one for each k.</param>
    public static void Coverage(ReadOnlySpan<float> target, ReadOnlySpan<float> draft, double temperature, IReadOnlyList<int> ranks, Span<double> masses)
    {
        int[] tokens = BestFirst(draft);
        int top = Top(target);
        double max = target[top];
        double total = 0;
        if (temperature > 0)
        {
            foreach (float logit in target)
            {
                total += Math.Exp((logit - max) / temperature);
            }
        }

        double covered = 0;
        int rank = 0;
        for (int i = 0; i < ranks.Count; i++)
        {
            for (; rank < Math.Min(ranks[i], tokens.Length); rank++)
            {
                covered += temperature > 0 ? Math.Exp((target[tokens[rank]] - max) / temperature) : tokens[rank] == top ? 1 : 0;
            }

            masses[i] = temperature > 0 ? Math.Min(1, covered / total) : covered;
        }
    }

    /// <summary>The most likely token, the lowest id among equals.</summary>
    public static int Top(ReadOnlySpan<float> logits) => TensorPrimitives.IndexOfMax(logits);

    /// <summary>All tokens, the most likely first, the lowest id first among equals.</summary>
    private static int[] BestFirst(ReadOnlySpan<float> logits)
    {
        long[] keys = new long[logits.Length];
        for (int token = 0; token < keys.Length; token++)
        {
            // Floats as integers in the same order: those below zero count downwards from it.
            int bits = BitConverter.SingleToInt32Bits(logits[token] + 0f); // and −0 as 0
            int ordered = bits >= 0 ? bits : int.MinValue - bits;
            keys[token] = ((long)~ordered << 32) | (uint)token;
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, key => (int)(uint)key);
    }

    /// <summary>The first NaN or infinite logit; −1: none.</summary>
    public static int FirstNotFinite(ReadOnlySpan<float> logits)
    {
        for (int token = 0; token < logits.Length; token++)
        {
            if (!float.IsFinite(logits[token]))
            {
                return token;
            }
        }

        return -1;
    }
}
