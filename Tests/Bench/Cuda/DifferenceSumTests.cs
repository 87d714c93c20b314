using System.Runtime.InteropServices;
using NUnit.Framework;
using SpecExecNative.Bench.Cuda;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Bench.Cuda;

/// <summary>What counts as the same numbers, and what not.</summary>
public sealed class DifferenceSumTests
{
    private const int Columns = 10;

    private static readonly float[] Right = [.. Enumerable.Range(1, 100).Select(i => i % 7 - 3.5f)];

    [Test]
    public void SumsInAnotherOrderAreTheSame() => Assert.That(Describe(Tolerance.Sums, x => x * (1 + 1e-6f)), Is.Null);

    [Test]
    public void OneWrongNumberAmongManyIsNamed()
        => Assert.That(Describe(Tolerance.Sums, (x, i) => i == 57 ? x + 0.1f : x), Does.Contain("row 5, column 7: -1.4 instead of -1.5"));

    [Test]
    public void ANumberThatWasNotWrittenIsNamed()
        => Assert.That(Describe(Tolerance.Rounded(DType.F16), (x, i) => i == 99 ? float.NaN : x), Does.Contain("row 9, column 9: NaN"));

    [Test]
    public void PlacesThatNeitherHasWrittenAreTheSame()
    {
        var sum = new DifferenceSum(Tolerance.Exact);
        sum.Add(0, Bytes([1, float.NaN, 2]), Bytes([1, float.NaN, 2]), DType.F32);
        sum.Add(3, Bytes([1, float.NaN, 2]), Bytes([1, BitConverter.Int32BitsToSingle(-1), 2]), DType.F32);
        Assert.That(sum.Describe(Columns), Is.Null);
    }

    [Test]
    public void ManySmallErrorsAreAnError() => Assert.That(Describe(Tolerance.Sums, x => x * (1 + 5e-4f)), Does.Contain("all together"));

    [Test]
    public void ExactMeansExact() => Assert.That(Describe(Tolerance.Exact, (x, i) => i == 3 ? MathF.BitIncrement(x) : x), Does.Contain("row 0, column 3"));

    [Test]
    public void LaterPiecesCountTheirElementsOn()
    {
        var sum = new DifferenceSum(Tolerance.Exact);
        sum.Add(40, Bytes([1, 2]), Bytes([1, 3]), DType.F32);
        Assert.That(sum.Describe(Columns), Does.Contain("row 4, column 1"));
    }

    private static string? Describe(Tolerance tolerance, Func<float, float> change) => Describe(tolerance, (x, _) => change(x));

    private static string? Describe(Tolerance tolerance, Func<float, int, float> change)
    {
        var sum = new DifferenceSum(tolerance);
        sum.Add(0, Bytes([.. Right.Select(change)]), Bytes(Right), DType.F32);
        return sum.Describe(Columns);
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
