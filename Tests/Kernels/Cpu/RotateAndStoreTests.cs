using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed class RotateAndStoreTests
{
    [Test]
    public void EqualsItsFormulaAndWritesNoOtherSlot([Values(2, 8, 64, 80)] int headDim, [Values] bool normalised)
    {
        AttentionShape shape = new(4, 2, headDim, null);
        const int rows = 3, slots = 9, positions = 20;
        const float epsilon = 1e-6f;
        Random random = new(headDim);
        float[] qkv = Reference.Random(random, rows * shape.QkvColumns);
        float[] queryNorm = Reference.Random(random, headDim);
        float[] keyNorm = Reference.Random(random, headDim);
        int[] rowSlots = [8, 0, 3];
        int[] rowPositions = [19, 0, 7];
        using Workbench bench = new();
        KvCacheLayer cache = bench.Cache(shape.KvHeads, slots, headDim);
        DeviceTensor queries = bench.Poisoned(DType.F32, rows, shape.QueryColumns);
        QueryKeyNorm? norm = normalised ? new(bench.Floats(queryNorm, 1), bench.Floats(keyNorm, 1), epsilon) : null;
        DeviceTensor none = bench.Ints();
        TokenRows tokenRows = new(none, bench.Ints(rowPositions), bench.Ints(rowSlots), none, none, none);
        bench.Queue.RotateAndStore(bench.Floats(qkv, rows), shape, norm, bench.Floats(Rope(positions, headDim), positions), tokenRows, cache, queries);

        List<double> expectedQueries = [];
        double[] expectedCache = new double[2 * shape.KvHeads * slots * headDim];
        Array.Fill(expectedCache, double.NaN);
        for (int row = 0; row < rows; row++)
        {
            int position = rowPositions[row];
            double[][] heads = [.. qkv.Skip(row * shape.QkvColumns).Take(shape.QkvColumns).Select(x => (double)x).Chunk(headDim)];
            for (int head = 0; head < heads.Length; head++)
            {
                double[] rotated = head < 4
                    ? Reference.Rotate(heads[head], normalised ? queryNorm : null, epsilon, i => Angle(position, i, headDim))
                    : Reference.Rotate(heads[head], normalised ? keyNorm : null, epsilon, i => Angle(position, i, headDim));
                if (head < 4)
                {
                    expectedQueries.AddRange(rotated);
                }
                else
                {
                    // Heads 4, 5 are keys, 6, 7 values: the cache's own order.
                    (head < 6 ? rotated : heads[head]).CopyTo(expectedCache, (((head - 4) * slots) + rowSlots[row]) * headDim);
                }
            }
        }

        float[] actualCache = bench.ReadFloats(Workbench.Memory(cache));
        Assert.Multiple(() =>
        {
            Assert.That(Reference.Error(bench.ReadFloats(queries), [.. expectedQueries]), Is.LessThan(1e-6), "cosines are rounded to float");
            for (int i = 0; i < actualCache.Length; i++)
            {
                Assert.That((double)actualCache[i], double.IsNaN(expectedCache[i]) ? Is.NaN : Is.EqualTo(expectedCache[i]).Within(4e-6));
            }
        });
    }

    private static double Angle(int position, int pair, int headDim) => position * Math.Pow(10000, -2.0 * pair / headDim);

    private static float[] Rope(int positions, int headDim) =>
    [
        .. Enumerable.Range(0, positions).SelectMany(p => Enumerable.Range(0, headDim).Select(
            i => (float)(i < headDim / 2 ? Math.Cos(Angle(p, i, headDim)) : Math.Sin(Angle(p, i - (headDim / 2), headDim))))),
    ];
}
