using NUnit.Framework;
using SpecExecNative.Engine.Quantization;

namespace SpecExecNative.Tests.Engine.Quantization;

public sealed class HessianTests
{
    [TestCase(1, 1)]
    [TestCase(8, 3)]
    [TestCase(31, 40)]
    [TestCase(32, 7)]
    [TestCase(33, 65)]
    [TestCase(100, 128)]
    [TestCase(172, 11)]
    public void IsTheSumOfOuterProducts(int size, int count)
    {
        float[] first = Inputs(1, size * count);
        float[] second = Inputs(2, size * count);
        Hessian hessian = new(size);
        hessian.Add(first, count);
        hessian.Add(second, count);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double expected = Enumerable.Range(0, count).Sum(t => ((double)first[(t * size) + i] * first[(t * size) + j]) + ((double)second[(t * size) + i] * second[(t * size) + j]));
                Assert.That(hessian[i, j], Is.EqualTo(expected).Within(1e-5 * count), $"[{i}, {j}]");
            }
        }
    }

    [Test]
    public void RefusesInputsThatAreNotNumbers([Values(float.NaN, float.PositiveInfinity)] float bad, [Values(0, 20)] int at)
    {
        float[] inputs = new float[40];
        inputs[at] = bad;
        Assert.That(() => new Hessian(40).Add(inputs, 1), Throws.TypeOf<ArithmeticException>());
    }

    [Test]
    public void ImportantInputsComeFirstAndEqualOnesByNumber()
    {
        Hessian hessian = new(5);
        hessian.Add([1, 3, 0, 3, 2], 1);
        Assert.That(hessian.ByImportance(), Is.EqualTo((int[])[1, 3, 4, 0, 2]));
    }

    [Test]
    public void DampingAddsAShareOfTheMeanAndTheOrderMovesBothWays()
    {
        Hessian hessian = new(3);
        hessian.Add([1, 2, 3], 1);
        double[] damped = hessian.Damped(0.5, [2, 0, 1]);
        double extra = 0.5 * (1 + 4 + 9) / 3;
        Assert.That(damped[0], Is.EqualTo(9 + extra));
        Assert.That(damped[1], Is.EqualTo(3));
        Assert.That(damped[2], Is.EqualTo(6));
        Assert.That(damped[4], Is.EqualTo(1 + extra));
        Assert.That(damped[5], Is.EqualTo(2));
        Assert.That(damped[8], Is.EqualTo(4 + extra));
    }

    [Test]
    public void TextWithoutAnyInputLeavesTheIdentity()
        => Assert.That(new Hessian(2).Damped(0.01, null), Is.EqualTo((double[])[1, 0, 0, 1]));

    private static float[] Inputs(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
