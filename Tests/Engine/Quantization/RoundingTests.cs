using NUnit.Framework;
using SpecExecNative.Engine.Quantization;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Tests.Engine.Quantization;

public sealed class RoundingTests
{
    /// <summary>Widths below, at and above the lazy batch, groups that divide them and that do not.</summary>
    [TestCase(24, 8)]
    [TestCase(40, 40)]
    [TestCase(128, 32)]
    [TestCase(136, 128)]
    [TestCase(200, 96)]
    [TestCase(264, 264)]
    public void GptqRoundsAsTheDefinitionDoes(int columns, int groupSize)
    {
        ArrayRows weights = ArrayRows.Random(columns, 19, columns);
        double[] hessian = InverseFactorTests.Definite(columns);
        foreach (bool symmetric in (bool[])[false, true])
        {
            Int4Matrix rounded = Gptq(weights, hessian, null, new QuantizeOptions { GroupSize = groupSize, IsSymmetric = symmetric });
            for (int row = 0; row < weights.Rows; row++)
            {
                double[] original = [.. Enumerable.Range(0, columns).Select(k => (double)weights[row, k])];
                (_, double[] expected) = NaiveGptq.Round(original, hessian, groupSize, group => Grid(group, symmetric));
                Assert.That(Row(rounded, row), Is.EqualTo(expected.Select(v => (float)v)), $"row {row}");
            }
        }
    }

    [Test]
    public void ActOrderRoundsInThatOrderAndKeepsInputsApart()
    {
        const int Columns = 48;
        ArrayRows weights = ArrayRows.Random(3, 8, Columns);
        double[] hessian = InverseFactorTests.Definite(Columns);
        int[] order = [.. Enumerable.Range(0, Columns)];
        new Random(4).Shuffle(order);
        Int4Matrix rounded = Gptq(weights, hessian, order, new QuantizeOptions { GroupSize = 16, HasActOrder = true });
        for (int row = 0; row < weights.Rows; row++)
        {
            double[] permuted = [.. order.Select(k => (double)weights[row, k])];
            (_, double[] expected) = NaiveGptq.Round(permuted, hessian, 16, group => Grid(group, false));
            float[] actual = Row(rounded, row);
            Assert.That(order.Select(k => actual[k]), Is.EqualTo(expected.Select(v => (float)v)));
        }
    }

    [Test]
    public void WithIndependentInputsGptqRoundsToNearest([Values(8, 32, 100)] int groupSize, [Values] bool symmetric)
    {
        const int Columns = 100;
        ArrayRows weights = ArrayRows.Random(9, 33, Columns);
        double[] identity = [.. Enumerable.Range(0, Columns * Columns).Select(i => i / Columns == i % Columns ? 1.0 : 0)];
        QuantizeOptions options = new() { GroupSize = groupSize, IsSymmetric = symmetric };
        Int4Matrix gptq = Gptq(weights, identity, null, options);
        Int4Matrix nearest = Nearest(weights, options);
        for (int row = 0; row < weights.Rows; row++)
        {
            Assert.That(Row(gptq, row), Is.EqualTo(Row(nearest, row)));
        }
    }

    [Test]
    public void GptqLosesLessThanRoundingToNearest()
    {
        const int Columns = 160;
        ArrayRows weights = ArrayRows.Random(11, 24, Columns);
        double[] hessian = InverseFactorTests.Definite(Columns);
        QuantizeOptions options = new() { GroupSize = 32 };
        double gptq = Loss(weights, Gptq(weights, hessian, null, options), hessian);
        double nearest = Loss(weights, Nearest(weights, options), hessian);
        Assert.That(gptq, Is.LessThan(0.7 * nearest));
    }

    [Test]
    public void NearestIsNearestAmongTheSixteenValuesOfTheGroup([Values(8, 20, 64)] int groupSize, [Values] bool symmetric)
    {
        const int Columns = 64;
        ArrayRows weights = ArrayRows.Random(5, 7, Columns);
        Int4Matrix rounded = Nearest(weights, new QuantizeOptions { GroupSize = groupSize, IsSymmetric = symmetric });
        Assert.That(rounded.IsSymmetric, Is.EqualTo(symmetric));
        for (int row = 0; row < weights.Rows; row++)
        {
            float[] actual = Row(rounded, row);
            for (int start = 0; start < Columns; start += groupSize)
            {
                double[] group = [.. Enumerable.Range(start, Math.Min(groupSize, Columns - start)).Select(k => (double)weights[row, k])];
                (double scale, int zero) = Grid(group, symmetric);
                double[] values = [.. Enumerable.Range(0, 16).Select(q => (q - zero) * scale)];
                for (int k = 0; k < group.Length; k++)
                {
                    double best = values.Min(v => Math.Abs(v - group[k]));
                    Assert.That(Math.Abs(actual[start + k] - group[k]), Is.EqualTo(best).Within(1e-12));
                    Assert.That(best, Is.LessThanOrEqualTo((0.5 + (symmetric ? 0.01 : 0.51)) * scale), "the grid spans the group");
                }
            }
        }
    }

    [Test]
    public void GroupOfZerosStaysZeroAndTinyWeightsDoNotVanishAltogether()
    {
        float[,] weights = new float[2, 8];
        weights[1, 3] = 4e-7f;
        Int4Matrix rounded = Nearest(new ArrayRows(weights), new QuantizeOptions { GroupSize = 8 });
        Assert.That(Row(rounded, 0), Is.All.Zero);
        Assert.That(Row(rounded, 1)[3], Is.EqualTo(4e-7f).Within(1e-7f));
    }

    [Test]
    public void NoZeroIsAmbiguous([Values(1f, -1f)] float sign)
    {
        float[,] weights = new float[1, 16];
        for (int k = 0; k < 16; k++)
        {
            weights[0, k] = sign * (k + 1);
        }

        Int4Matrix rounded = Nearest(new ArrayRows(weights), new QuantizeOptions { GroupSize = 16 });
        byte[] row = new byte[rounded.RowBytes];
        rounded.CopyRows(0, 1, row);
        Assert.That(row[^1], Is.InRange(1, 15));
        Assert.That(Row(rounded, 0)[15], Is.EqualTo(sign * 16).Within(1.2f));
    }

    [TestCase(float.NaN)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(3e6f)]
    public void WeightsThatHaveNoScaleAreRefusedByTheMatrixThatHasThem(float bad)
    {
        float[,] weights = new float[20, 16];
        weights[18, 9] = bad;
        double[] identity = [.. Enumerable.Range(0, 256).Select(i => i / 16 == i % 16 ? 1.0 : 0)];
        QuantizeOptions options = new() { GroupSize = 8 };
        Assert.That(() => Nearest(new ArrayRows(weights), options), Throws.TypeOf<InvalidDataException>().With.Message.Contains("binary16"));
        Assert.That(() => Gptq(new ArrayRows(weights), identity, null, options), Throws.TypeOf<InvalidDataException>().With.Message.Contains("binary16"));
    }

    private static Int4Matrix Gptq(ArrayRows weights, double[] hessian, int[]? order, QuantizeOptions options)
        => new GptqRounding(InverseFactor.Of([.. hessian], weights.Columns, CancellationToken.None), order, options).Round(weights, CancellationToken.None);

    private static Int4Matrix Nearest(ArrayRows weights, QuantizeOptions options)
        => NearestRounding.Round(weights, options with { Method = RoundingMethod.Nearest }, CancellationToken.None);

    private static float[] Row(Int4Matrix matrix, int row)
    {
        float[] weights = new float[matrix.Columns];
        matrix.Dequantize(row, weights);
        return weights;
    }

    /// <summary>The rule in so many words: extremes and 0 in fifteen steps, the scale as binary16, a zero from 1 to 15.</summary>
    private static (double Scale, int Zero) Grid(double[] group, bool symmetric)
    {
        double low = Math.Min(0, group.Min());
        double high = Math.Max(0, group.Max());
        double span = symmetric ? 2 * Math.Max(-low, high) : high - low;
        double scale = (double)(Half)(span / 15);
        return (scale, symmetric ? 8 : (int)Math.Clamp(Math.Round(-low / scale), 1, 15));
    }

    /// <summary>Σ (w − q)ᵀ H (w − q).</summary>
    private static double Loss(ArrayRows weights, Int4Matrix rounded, double[] hessian)
    {
        int size = weights.Columns;
        double loss = 0;
        for (int row = 0; row < weights.Rows; row++)
        {
            float[] values = Row(rounded, row);
            double[] error = [.. values.Select((v, k) => (double)v - weights[row, k])];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    loss += error[i] * error[j] * hessian[(Math.Min(i, j) * size) + Math.Max(i, j)];
                }
            }
        }

        return loss;
    }
}
