using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>swiglu, every variant. It shares linear's loop, so what is tested here is the second matrix and the product.</summary>
[Category("Cuda")]
public sealed class SwiGluTests
{
    private static IEnumerable<TestCaseData> Variants => VariantCases.Cases("swiglu");

    private static IEnumerable<TestCaseData> FastVariants => Variants.Where(c => !((KernelVariant)c.Arguments[0]!).Source.StartsWith("Naive", StringComparison.Ordinal));

    [TestCaseSource(nameof(Variants))]
    public void EveryShapeAroundATileGivesTheGatedProduct(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        (int, int, int)[] shapes =
        [
            (1, 1, 9), (2, 7, 16), (variant.TileRows - 1, variant.TileColumns + 1, 24), (variant.TileRows + 1, 5, 100), (3, variant.TileColumns, 168),
        ];
        foreach ((int rows, int columns, int depth) in shapes)
        {
            MatrixProduct product = MatrixProduct.Normal(element, rows, columns, depth, rows + columns);
            float[] actual = ElementFormat.Decode(element, product.SwiGlu(variant));
            Assert.That(Numbers.NormalisedError(actual, product.ExpectedSwiGlu()), Is.LessThan(ElementFormat.Bound(element)), $"{rows} x {columns} x {depth}");
        }
    }

    [TestCaseSource(nameof(FastVariants))]
    public void ARowHasTheSameBitsInEveryTileAndBatch(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        KernelVariant alone = KernelTable.For(variant.Generation).SwiGlu(element, GemmTiles.Narrow16);
        MatrixProduct all = MatrixProduct.Normal(element, 12, 26, 88, 3);
        ushort[] rowByRow = [.. Enumerable.Range(0, all.Rows).SelectMany(row => all.Pick(row).SwiGlu(alone))];
        int[] order = [.. Enumerable.Range(0, variant.TileRows + 4).Select(i => i * 5 % all.Rows)];
        Assert.That(all.Pick(order).SwiGlu(variant), Is.EqualTo(order.SelectMany(row => rowByRow[(row * all.Columns)..((row + 1) * all.Columns)])));
    }

    [TestCaseSource(nameof(Variants))]
    public void LargeGatesNeitherOverflowNorTurnIntoNaN(KernelVariant variant)
    {
        // exp(-gate) is infinite for the first column, whose result must be -0, and 0 for the second.
        var product = new MatrixProduct(VariantCases.Element(variant), 1, 2, 1, [1], [-200, 200], [1, 1]);
        Assert.That(ElementFormat.Decode(VariantCases.Element(variant), product.SwiGlu(variant)), Is.EqualTo(new float[] { 0, 200 }));
    }
}
