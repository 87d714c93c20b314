namespace SpecExecNative.Tests.Engine.Quantization;

/// <summary>
/// What GPTQ approximates nothing of: optimal brain quantization in a fixed order (Frantar et al. 2022, 2023). After each input the error
/// goes to all inputs that are left, by the inverse of the Hessian of those, which is eliminated one row and column at a time. No factor, no
/// blocks: an oracle.
/// </summary>
internal static class NaiveGptq
{
    /// <param name="row">Weights; what they have become when their turn comes, at the end.</param>
    /// <param name="hessian">Row-major, the upper triangle.</param>
    /// <param name="groupSize">Inputs that share a grid, laid when the first one's turn comes.</param>
    /// <param name="grid">Scale and zero for the weights of a group.</param>
    public static (int[] Nibbles, double[] Values) Round(double[] row, double[] hessian, int groupSize, Func<double[], (double Scale, int Zero)> grid)
    {
        int size = row.Length;
        double[,] inverse = Invert(hessian, size);
        int[] nibbles = new int[size];
        double[] values = new double[size];
        (double scale, int zero) = (0, 0);
        for (int i = 0; i < size; i++)
        {
            if (i % groupSize == 0)
            {
                (scale, zero) = grid(row[i..Math.Min(i + groupSize, size)]);
            }

            nibbles[i] = (int)Math.Clamp(Math.Round(row[i] / scale) + zero, 0, 15);
            values[i] = (nibbles[i] - zero) * scale;
            double error = (row[i] - values[i]) / inverse[i, i];
            for (int j = i + 1; j < size; j++)
            {
                row[j] -= error * inverse[i, j];
            }

            for (int a = i + 1; a < size; a++)
            {
                for (int b = i + 1; b < size; b++)
                {
                    inverse[a, b] -= inverse[a, i] * inverse[i, b] / inverse[i, i];
                }
            }
        }

        return (nibbles, values);
    }

    /// <summary>Gauss and Jordan.</summary>
    private static double[,] Invert(double[] upper, int size)
    {
        double[,] left = new double[size, size];
        double[,] right = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            right[i, i] = 1;
            for (int j = 0; j < size; j++)
            {
                left[i, j] = upper[(Math.Min(i, j) * size) + Math.Max(i, j)];
            }
        }

        for (int pivot = 0; pivot < size; pivot++)
        {
            double divisor = left[pivot, pivot];
            for (int j = 0; j < size; j++)
            {
                left[pivot, j] /= divisor;
                right[pivot, j] /= divisor;
            }

            for (int i = 0; i < size; i++)
            {
                double factor = left[i, pivot];
                for (int j = 0; j < size && i != pivot; j++)
                {
                    left[i, j] -= factor * left[pivot, j];
                    right[i, j] -= factor * right[pivot, j];
                }
            }
        }

        return right;
    }
}
