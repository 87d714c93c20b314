using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>linear in slices of the inner dimension: against sums in double, and against itself.</summary>
[TestFixture(KernelGeneration.Turing, DType.F16)]
[TestFixture(KernelGeneration.Ampere, DType.F16)]
[TestFixture(KernelGeneration.Ampere, DType.BF16)]
[Category("Cuda")]
internal sealed class LinearSlicesTests(KernelGeneration generation, DType element)
{
    private readonly KernelTable _table = KernelTable.For(generation);

    [Test]
    public void AnyNumberOfSlicesGivesTheSum([Values(1, 2, 3, 7)] int slices)
    {
        // The last has more slices than tiles of 64: some are empty.
        foreach ((int rows, int columns, int depth) in new[] { (1, 65, 512), (65, 66, 456), (3, 131, 200), (2, 7, 133), (17, 64, 72) })
        {
            MatrixProduct product = MatrixProduct.Normal(element, rows, columns, depth, seed: depth);
            float[] actual = new SlicedProduct(product, _table, element).Linear(slices);
            Assert.That(Numbers.NormalisedError(actual, product.ExpectedLinear()), Is.LessThan(1e-10), $"{rows} x {columns} x {depth}");
        }
    }

    [Test]
    public void ItAddsToWhatIsThereAndRoundsToElements([Values(6, 7)] int columns)
    {
        var sliced = new SlicedProduct(MatrixProduct.Normal(element, 3, columns, 300, 5), _table, element);
        float[] stored = sliced.Linear(3);
        float[] before = Numbers.Normal(new Random(9), stored.Length);
        using var lab = new KernelLab(_table.LinearSum(element));
        ulong sums = lab.Upload(before);
        sliced.Launch(lab, 3, sums, mode: 1);
        ulong elements = lab.Allocate<ushort>(stored.Length);
        sliced.Launch(lab, 3, elements, mode: 2);
        Assert.That(lab.Download<float>(sums, stored.Length), Is.EqualTo(stored.Zip(before, (a, b) => b + a)), "added");
        Assert.That(lab.Download<ushort>(elements, stored.Length), Is.EqualTo(ElementFormat.Encode(element, stored)), "rounded");
    }

    [Test]
    public void TwoRunsGiveTheSameBits()
    {
        var sliced = new SlicedProduct(MatrixProduct.Normal(element, 17, 40, 700, 11), _table, element);
        float[] first = sliced.Linear(5);
        Assert.That(sliced.Linear(5), Is.EqualTo(first));
    }
}
