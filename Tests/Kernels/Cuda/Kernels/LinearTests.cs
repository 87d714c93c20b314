using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>linear, every variant: against sums in double, against exact integers, and against itself.</summary>
[Category("Cuda")]
public sealed class LinearTests
{
    // Depths around a fragment, a slice and the stages; odd ones take the path without 16-byte copies.
    private static readonly int[] Depths = [1, 8, 15, 16, 24, 40, 72, 133, 328];

    private static IEnumerable<TestCaseData> Variants => VariantCases.Cases("linear");

    private static IEnumerable<TestCaseData> FastVariants => Variants.Where(c => !((KernelVariant)c.Arguments[0]!).Source.StartsWith("Naive", StringComparison.Ordinal));

    private static IEnumerable<TestCaseData> FewVariants => Variants.Where(c => ((KernelVariant)c.Arguments[0]!).Source == "linear_few.cu");

    [TestCaseSource(nameof(Variants))]
    public void EveryShapeAroundATileGivesTheSum(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        int seed = 1;
        foreach ((int rows, int columns, int depth) in Shapes(variant))
        {
            MatrixProduct product = MatrixProduct.Normal(element, rows, columns, depth, seed++);
            Assert.That(Numbers.NormalisedError(product.Linear(variant), product.ExpectedLinear()), Is.LessThan(1e-10), $"{rows} x {columns} x {depth}");
        }
    }

    [TestCaseSource(nameof(Variants))]
    public void IntegersAreExact(KernelVariant variant)
    {
        // Products up to 16 and sums far below 2^24: every order of sums is exact, so a wrong index cannot hide in a tolerance.
        var random = new Random(7);
        (int rows, int columns, int depth) = (variant.TileRows + 3, variant.TileColumns + 5, 136);
        var product = new MatrixProduct(
            VariantCases.Element(variant), rows, columns, depth,
            Numbers.Integers(random, rows * depth, 4), Numbers.Integers(random, columns * depth, 4), []);
        double[] actual = Array.ConvertAll(product.Linear(variant), x => (double)x);
        Assert.That(actual, Is.EqualTo(product.ExpectedLinear()));
    }

    [TestCaseSource(nameof(Variants))]
    public void ItAddsToWhatIsThereAndRoundsToElements(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        foreach (int columns in new[] { 6, 7 })
        {
            MatrixProduct product = MatrixProduct.Normal(element, 3, columns, 24, 5);
            float[] stored = product.Linear(variant);
            float[] before = Numbers.Normal(new Random(9), stored.Length);
            using var lab = new KernelLab(variant);
            ulong sums = lab.Upload(before);
            product.Launch(lab, variant, sums, mode: 1);
            ulong elements = lab.Allocate<ushort>(stored.Length);
            product.Launch(lab, variant, elements, mode: 2);
            Assert.That(lab.Download<float>(sums, stored.Length), Is.EqualTo(stored.Zip(before, (a, b) => b + a)), "added");
            Assert.That(lab.Download<ushort>(elements, stored.Length), Is.EqualTo(ElementFormat.Encode(element, stored)), "rounded");
        }
    }

    [TestCaseSource(nameof(FastVariants))]
    public void ARowHasTheSameBitsInEveryTileAndBatch(KernelVariant variant)
    {
        DType element = VariantCases.Element(variant);
        bool isFew = variant.Source == "linear_few.cu"; // two families, each with its own order of sums
        KernelVariant alone = KernelTable.For(variant.Generation).Linear(element, isFew ? FewRowsTile.Few16 : GemmTiles.Narrow16);
        MatrixProduct all = MatrixProduct.Normal(element, 20, 33, 152, 3);
        float[] rowByRow = [.. Enumerable.Range(0, all.Rows).SelectMany(row => all.Pick(row).Linear(alone))];
        int[] order = [.. Enumerable.Range(0, variant.TileRows + 4).Select(i => i * 7 % all.Rows)];
        float[] together = all.Pick(order).Linear(variant);
        Assert.That(together, Is.EqualTo(order.SelectMany(row => rowByRow[(row * all.Columns)..((row + 1) * all.Columns)])));
    }

    /// <summary>Depths around the end of a turn, of a round of all warps, and of the rounds in flight.</summary>
    [TestCaseSource(nameof(FewVariants))]
    public void EveryWarpTakesItsTurns(KernelVariant variant)
    {
        foreach (int depth in new[] { 504, 512, 520, 1544, 1100, 2053 })
        {
            MatrixProduct product = MatrixProduct.Normal(VariantCases.Element(variant), 2, 9, depth, depth);
            Assert.That(Numbers.NormalisedError(product.Linear(variant), product.ExpectedLinear()), Is.LessThan(1e-10), $"{depth}");
        }
    }

    [TestCaseSource(nameof(FastVariants))]
    public void TwoRunsGiveTheSameBits(KernelVariant variant)
    {
        MatrixProduct product = MatrixProduct.Normal(VariantCases.Element(variant), 17, 40, 100, 11);
        float[] first = product.Linear(variant);
        Assert.That(product.Linear(variant), Is.EqualTo(first));
    }

    /// <summary>Rows and columns below, at and above the tile's edge, each with another depth; small where it does not matter.</summary>
    private static IEnumerable<(int Rows, int Columns, int Depth)> Shapes(KernelVariant variant)
    {
        int[] rows = [1, 2, variant.TileRows - 1, variant.TileRows, variant.TileRows + 1];
        int[] columns = [1, 6, variant.TileColumns - 1, variant.TileColumns, variant.TileColumns + 1];
        int depth = 0;
        foreach (int row in rows)
        {
            yield return (row, columns[depth % columns.Length], Depths[depth++ % Depths.Length]);
            yield return (row, columns[(depth + 2) % columns.Length], Depths[depth++ % Depths.Length]);
        }
    }
}
