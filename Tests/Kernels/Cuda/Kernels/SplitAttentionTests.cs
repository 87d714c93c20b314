using NUnit.Framework;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Tree attention in parts and their merge: against a softmax in double.</summary>
[Category("Cuda")]
public sealed class SplitAttentionTests
{
    private static IEnumerable<TestCaseData> Variants => VariantCases.Cases("tree_attention_split");

    [TestCaseSource(nameof(Variants))]
    public void RandomTreesGiveTheSoftmaxOverTheirPaths(KernelVariant variant)
    {
        int headDim = variant.Constants["HEAD_DIM"];
        AttentionBatch batch = TreeAttentionTests.RandomTree(
            VariantCases.Element(variant), headDim, headDim / 8 % 4 + 1, kvHeads: 2, window: 0, prefix: 105, nodes: 11, seed: headDim).Filled(headDim);
        AssertClose(batch, variant, 3);
    }

    [TestCaseSource(nameof(Variants))]
    public void ColumnsGoToTheirPlaces(KernelVariant variant)
    {
        int headDim = variant.Constants["HEAD_DIM"];
        AttentionBatch batch = TreeAttentionTests.RandomTree(VariantCases.Element(variant), headDim, 2, kvHeads: 2, window: 0, prefix: 70, nodes: 5, seed: 7).Filled(7);
        int columns = 4 * headDim;
        int[] places = [.. Enumerable.Range(0, columns)];
        new Random(headDim).Shuffle(places);
        KernelTable table = KernelTable.For(variant.Generation);
        ushort[] natural = batch.RunSplit(table, 2);
        ushort[] placed = (batch with { Places = places }).RunSplit(table, 2);
        Assert.That(Enumerable.Range(0, natural.Length).Select(i => placed[(i / columns * columns) + places[i % columns]]), Is.EqualTo(natural));
    }

    /// <summary>From parts that end amid the shared prefix or the paths to more parts than blocks of positions.</summary>
    [TestCaseSource(nameof(Variants))]
    public void AnyNumberOfPartsGivesTheSame(KernelVariant variant)
    {
        if (variant.Constants["HEAD_DIM"] != 16)
        {
            Assert.Pass("The head's size changes nothing about positions.");
        }

        foreach ((int splits, int prefix, int window) in new[] { (1, 70, 0), (2, 64, 0), (2, 1, 0), (4, 97, 40), (7, 150, 0), (9, 33, 0), (3, 200, 100) })
        {
            AttentionBatch batch = TreeAttentionTests.RandomTree(VariantCases.Element(variant), 16, 3, 1, window, prefix, nodes: 30, seed: splits).Filled(splits);
            AssertClose(batch, variant, splits);
        }
    }

    /// <summary>Beside a row with a long sight, rows that see nothing in most parts.</summary>
    [TestCaseSource(nameof(Variants))]
    public void RowsThatSeeNothingInAPartAreRight(KernelVariant variant)
    {
        if (variant.Constants["HEAD_DIM"] is not (8 or 64))
        {
            Assert.Pass("The head's size changes nothing about positions.");
        }

        var batch = new AttentionBatch(VariantCases.Element(variant), 2, 1, variant.Constants["HEAD_DIM"], 0, 300) { Tokens = [(290, []), (1, []), (33, [295]), (64, [])] };
        AssertClose(batch.Filled(3), variant, 5);
    }

    [TestCaseSource(nameof(Variants))]
    public void TwoRunsGiveTheSameBits(KernelVariant variant)
    {
        AttentionBatch batch = TreeAttentionTests.RandomTree(VariantCases.Element(variant), variant.Constants["HEAD_DIM"], 2, 1, 0, prefix: 80, nodes: 9, seed: 2).Filled(2);
        ushort[] first = batch.RunSplit(KernelTable.For(variant.Generation), 3);
        Assert.That(batch.RunSplit(KernelTable.For(variant.Generation), 3), Is.EqualTo(first));
    }

    private static void AssertClose(AttentionBatch batch, KernelVariant variant, int splits)
    {
        float[] actual = ElementFormat.Decode(batch.Element, batch.RunSplit(KernelTable.For(variant.Generation), splits));
        Assert.That(Numbers.NormalisedError(actual, batch.Expected()), Is.LessThan(2 * ElementFormat.Bound(batch.Element)), $"{splits} parts");
    }
}
