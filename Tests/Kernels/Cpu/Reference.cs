namespace SpecExecNative.Tests.Kernels.Cpu;

/// <summary>The ops in double precision, written from their formulas.</summary>
internal static class Reference
{
    /// <summary>Uniform in −1 … 1.</summary>
    public static float[] Random(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)((2 * random.NextDouble()) - 1);
        }

        return values;
    }

    /// <summary>‖actual − expected‖∞ / ‖expected‖∞.</summary>
    public static double Error(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected)
    {
        double worst = 0;
        double scale = 1e-30;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(actual[i] - expected[i]);
            worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
            scale = Math.Max(scale, Math.Abs(expected[i]));
        }

        return actual.Length == expected.Length ? worst / scale : double.PositiveInfinity;
    }

    public static double[] Linear(float[] input, float[] weight, float[]? bias, int rows, int outputs, int inputs)
    {
        double[] result = new double[rows * outputs];
        for (int i = 0; i < result.Length; i++)
        {
            double sum = bias is null ? 0 : bias[i % outputs];
            for (int k = 0; k < inputs; k++)
            {
                sum += (double)input[(i / outputs * inputs) + k] * weight[(i % outputs * inputs) + k];
            }

            result[i] = sum;
        }

        return result;
    }
}
