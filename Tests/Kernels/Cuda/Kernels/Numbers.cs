using NUnit.Framework;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Seeded inputs, and how far a result is from its reference.</summary>
internal static class Numbers
{
    /// <summary>Normally distributed.</summary>
    public static float[] Normal(Random random, int count, double deviation = 1)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>Integers from −limit to limit.</summary>
    public static float[] Integers(Random random, int count, int limit)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.Next(-limit, limit + 1);
        }

        return values;
    }

    /// <summary>Σ(actual − expected)² / Σ expected²; NaN where either is not a number.</summary>
    public static double NormalisedError(IReadOnlyList<float> actual, IReadOnlyList<double> expected)
    {
        Assert.That(actual, Has.Count.EqualTo(expected.Count));
        double error = 0;
        double power = 0;
        for (int i = 0; i < actual.Count; i++)
        {
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            power += expected[i] * expected[i];
        }

        return power == 0 ? error : error / power;
    }
}
