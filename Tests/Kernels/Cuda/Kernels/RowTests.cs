using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>embed, gather_rows and rms_norm, the fast and the naive ones.</summary>
[Category("Cuda")]
public sealed class RowTests
{
    private static readonly int[] Lengths = [1, 3, 4, 7, 32, 255, 256, 257, 1028, 1030];

    private static IEnumerable<TestCaseData> Embeds => VariantCases.Cases("embed");

    private static IEnumerable<TestCaseData> Gathers => VariantCases.Cases("gather_rows");

    private static IEnumerable<TestCaseData> Norms => VariantCases.Cases("rms_norm");

    [TestCaseSource(nameof(Embeds))]
    public void EmbedWidensRowsOfAPaddedTable(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        foreach (int length in Lengths)
        {
            using var lab = new KernelLab(variant);
            int stride = (length + 7) / 8 * 8;
            ushort[] table = new ushort[5 * stride];
            new Random(length).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(table.AsSpan()));
            int[] tokens = [4, 0, 2, 2];
            ulong output = lab.Allocate<float>(tokens.Length * length);
            lab.Launch(tokens.Length, 1, lab.Upload(table), stride, lab.Upload(tokens), output, length);
            float[] expected = [.. tokens.SelectMany(token => ElementFormat.Decode(element, table[(token * stride)..((token * stride) + length)]))];
            Assert.That(lab.Download<float>(output, expected.Length), Is.EqualTo(expected), $"length {length}");
        }
    }

    [TestCaseSource(nameof(Gathers))]
    public void GatherCopiesRowsBitForBit(KernelVariant variant)
    {
        foreach (int length in Lengths)
        {
            using var lab = new KernelLab(variant);
            float[] input = Numbers.Normal(new Random(length), 6 * length);
            int[] indices = [5, 0, 0, 3];
            ulong output = lab.Allocate<float>(indices.Length * length);
            lab.Launch(indices.Length, 1, lab.Upload(input), lab.Upload(indices), output, length);
            Assert.That(lab.Download<float>(output, indices.Length * length), Is.EqualTo(indices.SelectMany(i => input[(i * length)..((i + 1) * length)])), $"length {length}");
        }
    }

    [TestCaseSource(nameof(Norms))]
    public void RmsNormDividesByTheRootOfTheMeanSquare(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        foreach (int length in Lengths)
        {
            using var lab = new KernelLab(variant);
            float[] input = Numbers.Normal(new Random(length), 3 * length, deviation: 4);
            float[] weight = Numbers.Normal(new Random(length + 1), length);
            ulong from = lab.Upload(input);
            ulong weights = lab.Upload(weight);
            ulong elements = lab.Allocate<ushort>(3 * length);
            lab.Launch(3, 1, from, weights, 1e-5f, elements, length, 1, 0UL);
            int[] order = [.. Enumerable.Range(0, length)];
            new Random(length).Shuffle(order);
            ulong ordered = lab.Allocate<ushort>(3 * length);
            lab.Launch(3, 1, from, weights, 1e-5f, ordered, length, 1, lab.Upload(order));
            lab.Launch(3, 1, from, weights, 1e-5f, from, length, 0, 0UL); // in place

            double[] expected = Expected(input, weight, 1e-5);
            float[] inPlace = lab.Download<float>(from, 3 * length);
            Assert.That(Numbers.NormalisedError(inPlace, expected), Is.LessThan(1e-12), $"length {length}");
            ushort[] natural = lab.Download<ushort>(elements, 3 * length);
            Assert.That(natural, Is.EqualTo(ElementFormat.Encode(element, inPlace)), $"length {length}");
            Assert.That(
                lab.Download<ushort>(ordered, 3 * length), Is.EqualTo(Enumerable.Range(0, 3 * length).Select(i => natural[(i / length * length) + order[i % length]])), $"length {length}, in another order");
        }
    }

    [TestCaseSource(nameof(Norms))]
    public void ARowHasTheSameBitsAtEveryAlignment(KernelVariant variant)
    {
        // Rows of 33 floats start at every multiple of 4 bytes.
        using var lab = new KernelLab(variant);
        float[] row = Numbers.Normal(new Random(3), 33);
        ulong output = lab.Allocate<float>(4 * 33);
        lab.Launch(4, 1, lab.Upload<float>([.. row, .. row, .. row, .. row]), lab.Upload(row), 1e-6f, output, 33, 0, 0UL);
        float[] rows = lab.Download<float>(output, 4 * 33);
        for (int copy = 1; copy < 4; copy++)
        {
            Assert.That(rows[(copy * 33)..((copy + 1) * 33)], Is.EqualTo(rows[..33]));
        }
    }

    private static double[] Expected(float[] input, float[] weight, double epsilon)
    {
        int length = weight.Length;
        double[] output = new double[input.Length];
        for (int start = 0; start < input.Length; start += length)
        {
            double root = Math.Sqrt((input[start..(start + length)].Sum(x => (double)x * x) / length) + epsilon);
            for (int i = 0; i < length; i++)
            {
                output[start + i] = input[start + i] / root * weight[i];
            }
        }

        return output;
    }
}
