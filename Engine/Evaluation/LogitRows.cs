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

    /// <summary>The most likely token, the lowest id among equals.</summary>
    public static int Top(ReadOnlySpan<float> logits) => TensorPrimitives.IndexOfMax(logits);

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
