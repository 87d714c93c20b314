using SpecExecNative.Kernels;

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

    public static double[] SwiGlu(float[] input, float[] gate, float[] up, int rows, int outputs, int inputs)
    {
        double[] g = Linear(input, gate, null, rows, outputs, inputs);
        double[] u = Linear(input, up, null, rows, outputs, inputs);
        return [.. g.Zip(u, (x, y) => x / (1 + Math.Exp(-x)) * y)];
    }

    public static double[] RmsNorm(double[] row, float[] weight, double epsilon)
    {
        double scale = 1 / Math.Sqrt(row.Average(x => x * x) + epsilon);
        return [.. row.Zip(weight, (x, w) => x * scale * w)];
    }

    /// <summary>One head: norm where asked, then the pairs (i, i + h/2) turned by <paramref name="angle"/>(i).</summary>
    public static double[] Rotate(double[] head, float[]? norm, double epsilon, Func<int, double> angle)
    {
        double[] x = norm is null ? head : RmsNorm(head, norm, epsilon);
        int half = x.Length / 2;
        double[] result = new double[x.Length];
        for (int i = 0; i < half; i++)
        {
            (double sin, double cos) = Math.SinCos(angle(i));
            result[i] = (x[i] * cos) - (x[i + half] * sin);
            result[i + half] = (x[i + half] * cos) + (x[i] * sin);
        }

        return result;
    }

    /// <summary>
    /// Attention with a dense mask over slots: <paramref name="positionOfSlot"/>[slot] is the position that the row sees there, or −1.
    /// </summary>
    public static double[] Attention(float[] query, AttentionShape shape, float[] cache, int[] positionOfSlot)
    {
        int h = shape.HeadDim;
        int slots = positionOfSlot.Length;
        int own = positionOfSlot.Max();
        double[] result = new double[shape.QueryColumns];
        for (int head = 0; head < shape.QueryHeads; head++)
        {
            int kvHead = head / (shape.QueryHeads / shape.KvHeads);
            double[] weights = new double[slots];
            for (int slot = 0; slot < slots; slot++)
            {
                if (positionOfSlot[slot] >= 0 && own - positionOfSlot[slot] < (shape.SlidingWindow ?? int.MaxValue))
                {
                    double dot = 0;
                    for (int i = 0; i < h; i++)
                    {
                        dot += (double)query[(head * h) + i] * cache[(((kvHead * slots) + slot) * h) + i];
                    }

                    weights[slot] = Math.Exp(dot / Math.Sqrt(h));
                }
            }

            double sum = weights.Sum();
            for (int slot = 0; slot < slots; slot++)
            {
                for (int i = 0; i < h && weights[slot] > 0; i++)
                {
                    result[(head * h) + i] += weights[slot] / sum * cache[((((shape.KvHeads + kvHead) * slots) + slot) * h) + i];
                }
            }
        }

        return result;
    }
}
