using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>
/// Products with weights of 4 bits have the bits of dense products with the same weights widened (whose sums are tested elsewhere): so
/// they are right, and independent of tile, batch and neighbours.
/// </summary>
[Category("Cuda")]
public sealed class Int4LinearTests
{
    private static readonly (int Size, bool HasZeros)[] Groups = [(32, true), (64, false), (128, true), (int.MaxValue, true), (int.MaxValue, false)];

    private static IEnumerable<TestCaseData> Linear => VariantCases.Cases(VariantCases.Int4Of("linear"));

    private static IEnumerable<TestCaseData> SwiGlu => VariantCases.Cases(VariantCases.Int4Of("swiglu"));

    private static IEnumerable<TestCaseData> Slices => VariantCases.Cases(VariantCases.Int4Of("linear_slices"));

    private static IEnumerable<TestCaseData> Wideners => VariantCases.Cases("dequantize");

    [TestCaseSource(nameof(Linear))]
    public void LinearHasTheBitsOfTheWidenedWeights(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        KernelVariant dense = KernelTable.For(variant.Generation).Linear(element, GemmTiles.Narrow16);
        int seed = 1;
        foreach ((int rows, int columns, int depth) in Shapes(variant))
        {
            (Int4Weights weights, MatrixProduct product) = Random(element, rows, columns, depth, seed++);
            Assert.That(Run(variant, product, weights), Is.EqualTo(product.Linear(dense)), $"{rows} x {columns} x {depth}, {weights.Shape.Groups}");
        }
    }

    [TestCaseSource(nameof(SwiGlu))]
    public void SwiGluHasTheBitsOfTheWidenedWeights(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        KernelVariant dense = KernelTable.For(variant.Generation).SwiGlu(element, GemmTiles.Narrow16);
        int seed = 1;
        foreach ((int rows, int columns, int depth) in Shapes(variant))
        {
            (Int4Weights gate, _) = Random(element, rows, columns, depth, seed);
            var up = new Int4Weights(element, columns, depth, gate.Shape.Groups, seed++ + 100);
            float[] input = Numbers.Normal(new Random(seed), rows * depth, 0.5);
            var product = new MatrixProduct(element, rows, columns, depth, input, gate.Elements, up.Elements);
            using var lab = new KernelLab(variant);
            ulong output = lab.Allocate<ushort>(rows * columns);
            lab.Launch(
                Tiles(rows, variant.TileRows), Tiles(columns, variant.TileColumns),
                lab.Upload(product.EncodedInput), lab.Upload(gate.Packed), lab.Upload(up.Packed), output, rows, columns, depth, Int4Layout.Code(gate.Shape));
            Assert.That(lab.Download<ushort>(output, rows * columns), Is.EqualTo(product.SwiGlu(dense)), $"{rows} x {columns} x {depth}, {gate.Shape.Groups}");
        }
    }

    [TestCaseSource(nameof(Slices))]
    public void SlicesGiveTheSum(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        KernelTable table = KernelTable.For(variant.Generation);
        foreach ((int slices, int rows, int depth) in new[] { (2, 3, 512), (3, variant.TileRows + 1, 456), (7, 1, 200) })
        {
            (Int4Weights weights, MatrixProduct product) = Random(element, rows, 67, depth, slices);
            using var lab = new KernelLab(variant);
            ulong sums = lab.Allocate<float>(slices * rows * 67);
            lab.Launch(
                (Tiles(rows, variant.TileRows), Tiles(67, variant.TileColumns), slices),
                lab.Upload(product.EncodedInput), lab.Upload(weights.Packed), sums, rows, 67, depth, Int4Layout.Code(weights.Shape));
            using var sum = new KernelLab(table.LinearSum(element), null, lab);
            ulong output = sum.Allocate<float>(rows * 67);
            sum.Launch(1, rows, sums, 0UL, output, rows, 67, slices, 0);
            Assert.That(Numbers.NormalisedError(sum.Download<float>(output, rows * 67), product.ExpectedLinear()), Is.LessThan(1e-10), $"{slices} slices");
        }
    }

    /// <summary>Up to the largest pass: the last rows, beyond many tiles, have the bits that they have alone, and a second run gives them again.</summary>
    [TestCaseSource(nameof(Linear))]
    public void RowsOfLargePassesHaveTheBitsTheyHaveAlone(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        int tile = variant.TileRows;
        foreach (int rows in new[] { (2 * tile) - 1, (2 * tile) + 1, (4 * tile) - 1, 1024 + tile + 1, 4095, 4096 })
        {
            (Int4Weights weights, MatrixProduct product) = Random(element, rows, 5, 40, rows);
            float[] all = Run(variant, product, weights);
            Assert.That(Run(variant, product, weights), Is.EqualTo(all), $"{rows} rows again");
            foreach (int row in new[] { 0, tile - 1, tile, rows - tile, rows - 2, rows - 1 })
            {
                Assert.That(Run(variant, product.Pick(row), weights), Is.EqualTo(all[(row * 5)..((row + 1) * 5)]), $"row {row} of {rows}");
            }
        }
    }

    /// <summary>Products of small integers with scale 1 are exact: a wrong index cannot hide.</summary>
    [TestCaseSource(nameof(Linear))]
    public void IntegersAreExact(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        (int rows, int columns, int depth) = (variant.TileRows + 3, variant.TileColumns + 5, 136);
        var groups = new Int4Groups(64, HasZeros: true);
        var weights = new Int4Weights(element, columns, depth, groups, 3) { Scales = [.. Enumerable.Repeat((Half)1, columns * groups.Count(depth))] };
        var product = new MatrixProduct(element, rows, columns, depth, Numbers.Integers(new Random(5), rows * depth, 4), weights.Elements, []);
        Assert.That(Array.ConvertAll(Run(variant, product, weights), x => (double)x), Is.EqualTo(product.ExpectedLinear()));
    }

    [TestCaseSource(nameof(Wideners))]
    public void WideningGivesEveryWeightForGroupsOfAnySize(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        foreach ((int rows, int columns, int group, bool hasZeros) in new[] { (3, 16, 8, true), (17, 172, 40, false), (20, 333, 128, true), (5, 7, 7, true), (33, 130, 1, true) })
        {
            var weights = new Int4Weights(element, rows, columns, new Int4Groups(group, hasZeros), columns);
            int stride = (columns + 7) / 8 * 8;
            using var lab = new KernelLab(variant);
            ulong output = lab.Allocate<ushort>(rows * stride);
            lab.Launch(rows, Tiles(stride, variant.Threads), lab.Upload(weights.Packed), output, rows, columns, group, hasZeros ? 1 : 0, stride);
            ushort[] widened = lab.Download<ushort>(output, rows * stride);
            float[] actual = [.. Enumerable.Range(0, rows).SelectMany(row => ElementFormat.Decode(element, widened[(row * stride)..((row * stride) + columns)]))];
            Assert.That(actual, Is.EqualTo(weights.Elements), $"{weights.Shape}");
            Assert.That(Enumerable.Range(0, rows).SelectMany(row => widened[((row * stride) + columns)..((row + 1) * stride)]), Is.All.Zero, "the gap");
        }
    }

    internal static float[] Run(KernelVariant variant, MatrixProduct product, Int4Weights weights, KernelLab? given = null)
    {
        using KernelLab? own = given is null ? new KernelLab(variant) : null;
        KernelLab lab = given ?? own!;
        ulong output = lab.Allocate<float>(product.Rows * product.Columns);
        ulong bias = product.Bias is { } values ? lab.Upload(values) : 0;
        lab.Launch(
            Tiles(product.Rows, variant.TileRows), Tiles(product.Columns, variant.TileColumns),
            lab.Upload(product.EncodedInput), lab.Upload(weights.Packed), bias, output, product.Rows, product.Columns, product.Depth, Int4Layout.Code(weights.Shape), 0);
        return lab.Download<float>(output, product.Rows * product.Columns);
    }

    internal static (Int4Weights Weights, MatrixProduct Product) Random(DType element, int rows, int columns, int depth, int seed)
    {
        (int size, bool hasZeros) = Groups[seed % Groups.Length];
        var weights = new Int4Weights(element, columns, depth, new Int4Groups(depth < 32 ? depth : Math.Min(size, depth), hasZeros), seed);
        return (weights, new MatrixProduct(element, rows, columns, depth, Numbers.Normal(new Random(seed), rows * depth), weights.Elements, []));
    }

    /// <summary>Around the tile's edges; depths around a block, a group and the stages.</summary>
    private static IEnumerable<(int Rows, int Columns, int Depth)> Shapes(KernelVariant variant) =>
    [
        (1, 1, 8), (2, variant.TileColumns - 1, 64), (variant.TileRows - 1, 7, 136), (variant.TileRows + 1, variant.TileColumns + 1, 72),
        (3, variant.TileColumns, 328), (variant.TileRows, 17, 133), (5, 172, 600),
    ];

    private static int Tiles(int size, int tile) => (size + tile - 1) / tile;
}
