namespace SpecExecNative.Tests.Loaders.Quantization;

/// <summary>What a 4-bit matrix means, element by element: <c>W[n, k] = (q[n, k] - z[n, g(k)]) * s[n, g(k)]</c>.</summary>
public sealed class LogicalMatrix
{
    private readonly int[] _groupOf;

    private LogicalMatrix(int rows, int columns, int groupSize, int[] groupOf)
    {
        (Rows, Columns, GroupSize, _groupOf) = (rows, columns, groupSize, groupOf);
        Nibbles = new int[rows, columns];
        Zeros = new int[rows, Groups];
        Scales = new float[rows, Groups];
    }

    public int Rows { get; }

    public int Columns { get; }

    public int GroupSize { get; }

    public int Groups => (Columns + GroupSize - 1) / GroupSize;

    public int[,] Nibbles { get; }

    public int[,] Zeros { get; }

    /// <summary>Numbers that F16 and BF16 both have.</summary>
    public float[,] Scales { get; }

    public int[] GroupIndex => [.. _groupOf];

    /// <summary>Anything that fits.</summary>
    /// <param name="seed">The same gives the same.</param>
    /// <param name="rows">N.</param>
    /// <param name="columns">K.</param>
    /// <param name="groupSize">-1: all of a row.</param>
    /// <param name="actOrder">Inputs are in groups at random.</param>
    /// <param name="symmetric">Zeros are 8.</param>
    public static LogicalMatrix Random(int seed, int rows, int columns, int groupSize, bool actOrder = false, bool symmetric = false)
    {
        Random random = new(seed);
        int size = groupSize < 0 ? columns : Math.Min(groupSize, columns);
        int[] groupOf = [.. Enumerable.Range(0, columns).Select(k => k / size)];
        if (actOrder)
        {
            random.Shuffle(groupOf);
        }

        LogicalMatrix matrix = new(rows, columns, size, groupOf);
        for (int n = 0; n < rows; n++)
        {
            for (int k = 0; k < columns; k++)
            {
                matrix.Nibbles[n, k] = random.Next(16);
            }

            for (int g = 0; g < matrix.Groups; g++)
            {
                matrix.Zeros[n, g] = symmetric ? 8 : random.Next(16);
                matrix.Scales[n, g] = random.Next(-127, 128) / 4096f;
            }
        }

        return matrix;
    }

    /// <summary>The nearest to given weights, group by group between their extremes (round to nearest).</summary>
    /// <param name="weights">Row-major.</param>
    /// <param name="rows">N.</param>
    /// <param name="columns">K.</param>
    /// <param name="groupSize">Inputs in a group.</param>
    /// <param name="groupOf">The group of each input; null: neighbours.</param>
    public static LogicalMatrix Nearest(float[] weights, int rows, int columns, int groupSize, int[]? groupOf = null)
    {
        LogicalMatrix matrix = new(rows, columns, groupSize, groupOf ?? [.. Enumerable.Range(0, columns).Select(k => k / groupSize)]);
        for (int n = 0; n < rows; n++)
        {
            for (int g = 0; g < matrix.Groups; g++)
            {
                int[] inputs = [.. Enumerable.Range(0, columns).Where(k => matrix._groupOf[k] == g)];
                float low = Math.Min(0, inputs.Min(k => weights[(n * columns) + k]));
                float high = Math.Max(0, inputs.Max(k => weights[(n * columns) + k]));
                float scale = (float)(Half)Math.Max((high - low) / 15, 1e-5f);
                matrix.Scales[n, g] = scale;
                matrix.Zeros[n, g] = (int)Math.Clamp(MathF.Round(-low / scale), 0, 15);
                foreach (int k in inputs)
                {
                    matrix.Nibbles[n, k] = (int)Math.Clamp(MathF.Round(weights[(n * columns) + k] / scale) + matrix.Zeros[n, g], 0, 15);
                }
            }
        }

        return matrix;
    }

    public float Weight(int n, int k) => (Nibbles[n, k] - Zeros[n, _groupOf[k]]) * Scales[n, _groupOf[k]];

    /// <summary>Null where inputs keep their places.</summary>
    public int[]? Order()
    {
        int[] order = [.. Enumerable.Range(0, Columns).OrderBy(k => _groupOf[k])];
        return order.SequenceEqual(Enumerable.Range(0, Columns)) ? null : order;
    }

    /// <summary>Rows as the engine takes them.</summary>
    public byte[] Encoded()
    {
        List<byte> bytes = [];
        int[] order = [.. Enumerable.Range(0, Columns).OrderBy(k => _groupOf[k])];
        for (int n = 0; n < Rows; n++)
        {
            for (int i = 0; i < Columns; i += 2)
            {
                bytes.Add((byte)(Nibbles[n, order[i]] + (16 * (i + 1 < Columns ? Nibbles[n, order[i + 1]] : 0))));
            }

            for (int g = 0; g < Groups; g++)
            {
                bytes.AddRange(BitConverter.GetBytes((Half)Scales[n, g]));
            }

            for (int g = 0; g < Groups; g++)
            {
                bytes.Add((byte)Zeros[n, g]);
            }
        }

        return [.. bytes];
    }
}
