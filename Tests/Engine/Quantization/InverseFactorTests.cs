using NUnit.Framework;
using SpecExecNative.Engine.Quantization;

namespace SpecExecNative.Tests.Engine.Quantization;

public sealed class InverseFactorTests
{
    /// <summary>Around the blocks' edges.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(31)]
    [TestCase(32)]
    [TestCase(33)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(150)]
    public void ItsProductWithItsTransposeTimesTheHessianIsTheIdentity(int size)
    {
        double[] hessian = Definite(size);
        InverseFactor factor = InverseFactor.Of([.. hessian], size, CancellationToken.None);
        double[,] inverse = new double[size, size];
        for (int k = 0; k < size; k++)
        {
            double[] row = [.. factor.Row(k, k, size)];
            Assert.That(factor.Diagonal(k), Is.EqualTo(row[0]).And.Positive);
            for (int i = k; i < size; i++)
            {
                for (int j = k; j < size; j++)
                {
                    inverse[i, j] += row[i - k] * row[j - k];
                }
            }
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double product = Enumerable.Range(0, size).Sum(k => inverse[i, k] * hessian[(Math.Min(k, j) * size) + Math.Max(k, j)]);
                Assert.That(product, Is.EqualTo(i == j ? 1 : 0).Within(1e-9), $"[{i}, {j}]");
            }
        }
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(double.NaN)]
    public void MatrixThatIsNotPositiveDefiniteIsRefused(double last)
        => Assert.That(() => InverseFactor.Of([1, 0, 0, last], 2, CancellationToken.None), Throws.TypeOf<ArithmeticException>());

    /// <summary>The lower triangle is nonsense: nobody may read it.</summary>
    internal static double[] Definite(int size)
    {
        Random random = new(size);
        double[][] rows = [.. Enumerable.Range(0, size + 5).Select(_ => Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.4).ToArray())];
        double[] hessian = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                hessian[(i * size) + j] = i <= j ? rows.Sum(row => row[i] * row[j]) + (i == j ? 0.1 : 0) : double.NaN;
            }
        }

        return hessian;
    }
}
