using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>rotate_and_store against the formula in double, with and without norms.</summary>
[Category("Cuda")]
public sealed class RotateAndStoreTests
{
    private const float Epsilon = 1e-5f;
    private const int Positions = 9;

    private static IEnumerable<TestCaseData> Variants => VariantCases.Cases("rotate_and_store");

    [TestCaseSource(nameof(Variants))]
    public void HeadsAreNormalisedRotatedAndStoredAtTheirSlots(KernelVariant variant)
    {
        foreach ((int queryHeads, int kvHeads, int headDim, bool hasNorm) in new[] { (1, 1, 8, false), (4, 2, 64, true), (6, 2, 80, false), (3, 3, 24, true), (2, 1, 256, true) })
        {
            Check(variant, queryHeads, kvHeads, headDim, hasNorm);
        }
    }

    private static void Check(KernelVariant variant, int queryHeads, int kvHeads, int headDim, bool hasNorm)
    {
        DType element = VariantCases.Element(variant);
        var random = new Random(headDim);
        int[] positions = [8, 0, 3];
        int[] slots = [4, 1, 2];
        const int capacity = 6;
        int heads = queryHeads + (2 * kvHeads);
        float[] qkv = Numbers.Normal(random, positions.Length * heads * headDim);
        float[] queryNorm = Numbers.Normal(random, headDim);
        float[] keyNorm = Numbers.Normal(random, headDim);
        float[] rope = Rope(headDim);

        using var lab = new KernelLab(variant);
        ulong keys = lab.Allocate<ushort>(kvHeads * capacity * headDim);
        ulong values = lab.Allocate<ushort>(kvHeads * capacity * headDim);
        ulong queries = lab.Allocate<ushort>(positions.Length * queryHeads * headDim);
        lab.Launch(
            positions.Length, heads, lab.Upload(qkv), hasNorm ? lab.Upload(queryNorm) : 0ul, hasNorm ? lab.Upload(keyNorm) : 0ul, Epsilon,
            lab.Upload(rope), lab.Upload(positions), lab.Upload(slots), keys, values, capacity, queries, queryHeads, kvHeads, headDim);

        var actual = new List<float>();
        var expected = new List<double>();
        for (int row = 0; row < positions.Length; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                bool isQuery = head < queryHeads;
                bool isValue = head >= queryHeads + kvHeads;
                int kvHead = (head - queryHeads) % kvHeads;
                int at = isQuery ? ((row * queryHeads) + head) * headDim : ((kvHead * capacity) + slots[row]) * headDim;
                ushort[] plane = isQuery ? lab.Download<ushort>(queries, positions.Length * queryHeads * headDim) : lab.Download<ushort>(isValue ? values : keys, kvHeads * capacity * headDim);
                actual.AddRange(ElementFormat.Decode(element, plane[at..(at + headDim)]));
                float[] from = qkv[(((row * heads) + head) * headDim)..(((row * heads) + head + 1) * headDim)];
                expected.AddRange(isValue ? from.Select(x => (double)x) : Rotated(from, hasNorm ? isQuery ? queryNorm : keyNorm : null, rope, positions[row]));
            }
        }

        Assert.That(Numbers.NormalisedError(actual, expected), Is.LessThan(ElementFormat.Bound(element)), $"{queryHeads}/{kvHeads} heads of {headDim}");

        // Slots that no row names are as they were: all ones.
        ushort[] untouched = lab.Download<ushort>(keys, kvHeads * capacity * headDim);
        Assert.That(untouched[..headDim], Is.All.EqualTo(ushort.MaxValue));
    }

    private static IEnumerable<double> Rotated(float[] head, float[]? norm, float[] rope, int position)
    {
        int half = head.Length / 2;
        double root = Math.Sqrt((head.Sum(x => (double)x * x) / head.Length) + Epsilon);
        double[] x = [.. head.Select((value, i) => norm is null ? value : value / root * norm[i])];
        for (int i = 0; i < head.Length; i++)
        {
            double cosine = rope[(position * head.Length) + (i % half)];
            double sine = rope[(position * head.Length) + half + (i % half)];
            yield return i < half ? (x[i] * cosine) - (x[i + half] * sine) : (x[i] * cosine) + (x[i - half] * sine);
        }
    }

    private static float[] Rope(int headDim)
    {
        int half = headDim / 2;
        float[] rope = new float[Positions * headDim];
        for (int position = 0; position < Positions; position++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = position * Math.Pow(10000, -(double)i / half);
                rope[(position * headDim) + i] = (float)Math.Cos(angle);
                rope[(position * headDim) + half + i] = (float)Math.Sin(angle);
            }
        }

        return rope;
    }
}
