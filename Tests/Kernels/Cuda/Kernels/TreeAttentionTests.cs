using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Tree attention, every head size: against a softmax in double, and its bits in trees, chains and other batches.</summary>
[Category("Cuda")]
public sealed class TreeAttentionTests
{
    private static IEnumerable<TestCaseData> Variants => VariantCases.Cases("tree_attention");

    private static IEnumerable<TestCaseData> FastVariants => Variants.Where(c => !((KernelVariant)c.Arguments[0]!).Source.StartsWith("Naive", StringComparison.Ordinal));

    [TestCaseSource(nameof(Variants))]
    public void RandomTreesGiveTheSoftmaxOverTheirPaths(KernelVariant variant)
    {
        // A small group for one head size, a large one for the next, and so on: the group is no constant of the kernel.
        int headDim = variant.Constants["HEAD_DIM"];
        int group = (headDim / 8 % 5) switch { 0 => 3, 1 => 1, 2 => 8, 3 => 2, _ => 4 };
        AttentionBatch batch = RandomTree(VariantCases.Element(variant), headDim, group, kvHeads: 2, window: 0, prefix: 45, nodes: 14, seed: headDim).Filled(headDim);
        AssertClose(batch, variant);
    }

    [TestCaseSource(nameof(Variants))]
    public void ColumnsGoToTheirPlaces(KernelVariant variant)
    {
        int headDim = variant.Constants["HEAD_DIM"];
        AttentionBatch batch = RandomTree(VariantCases.Element(variant), headDim, 2, kvHeads: 2, window: 0, prefix: 33, nodes: 5, seed: 7).Filled(7);
        int columns = 4 * headDim;
        int[] places = [.. Enumerable.Range(0, columns)];
        new Random(headDim).Shuffle(places);
        ushort[] natural = batch.Run(variant);
        ushort[] placed = (batch with { Places = places }).Run(variant);
        Assert.That(Enumerable.Range(0, natural.Length).Select(i => placed[(i / columns * columns) + places[i % columns]]), Is.EqualTo(natural));
    }

    [TestCaseSource(nameof(FastVariants))]
    public void PrefixesOfEveryLengthAroundABlock(KernelVariant variant)
    {
        if (variant.Constants["HEAD_DIM"] is not (8 or 16))
        {
            Assert.Pass("The head's size changes nothing about positions.");
        }

        foreach (int prefix in new[] { 1, 2, 31, 32, 33, 64, 65, 97 })
        {
            AttentionBatch batch = Chain(variant, kvHeads: 1, group: 1, first: prefix, count: 3, window: 0);
            AssertClose(batch, variant);
        }
    }

    [TestCaseSource(nameof(FastVariants))]
    public void ARowOfATreeHasTheBitsOfTheSameTextAsAChain(KernelVariant variant)
    {
        foreach (int window in new[] { 0, 40 })
        {
            // Positions 0 ... 77; the last 13 rows once as a chain behind 65 slots, once as a path whose slots lie in disorder.
            AttentionBatch chain = Chain(variant, kvHeads: 2, group: 2, first: 66, count: 13, window);
            int[] scattered = [90, 71, 88, 66, 92, 70, 69, 81, 85, 67, 95, 80, 79];
            AttentionBatch tree = Moved(chain, prefix: 65, scattered);
            ushort[] expected = chain.Run(variant);
            Assert.That(tree.Run(variant), Is.EqualTo(expected), $"all rows, window {window}");
            Assert.That(tree.Pick(11).Run(variant), Is.EqualTo(Row(chain, expected, 11)), $"row 11 alone, window {window}");
        }
    }

    [TestCaseSource(nameof(FastVariants))]
    public void ARowHasTheSameBitsInEveryBatch(KernelVariant variant)
    {
        // Rows of very different sight beside each other: long prefixes, none, deep paths; more than one block of threads.
        AttentionBatch batch = RandomTree(VariantCases.Element(variant), variant.Constants["HEAD_DIM"], group: 3, kvHeads: 1, window: 0, prefix: 70, nodes: 24, seed: 4);
        batch = (batch with { Tokens = [.. batch.Tokens, (1, []), (33, []), (64, [])] }).Filled(5);
        int[] order = [.. Enumerable.Range(0, 29).Select(i => i * 11 % 27)];
        ushort[] together = batch.Pick(order).Run(variant);
        foreach (int at in new[] { 0, 5, 9, 21, 28 })
        {
            AttentionBatch alone = batch.Pick(order[at]);
            Assert.That(Row(alone, together, at), Is.EqualTo(alone.Run(variant)), $"row {at}");
        }
    }

    [TestCaseSource(nameof(Variants))]
    public void AWindowHidesAllButTheLastPositions(KernelVariant variant)
    {
        if (variant.Constants["HEAD_DIM"] > 32)
        {
            Assert.Pass("The head's size changes nothing about positions.");
        }

        foreach (int window in new[] { 1, 32, 50 })
        {
            AssertClose(RandomTree(VariantCases.Element(variant), variant.Constants["HEAD_DIM"], 2, 1, window, prefix: 75, nodes: 9, seed: window).Filled(6), variant);
        }
    }

    /// <summary>Root and nodes with random parents, in random slots behind the prefix.</summary>
    internal static AttentionBatch RandomTree(DType element, int headDim, int group, int kvHeads, int window, int prefix, int nodes, int seed)
    {
        var random = new Random(seed);
        int[] slots = [.. Enumerable.Range(prefix, nodes + 5)];
        random.Shuffle(slots);
        var paths = new List<int[]> { new[] { slots[0] } };
        for (int node = 1; node < nodes; node++)
        {
            paths.Add([.. paths[random.Next(Math.Max(0, node - 3), node)], slots[node]]);
        }

        return new AttentionBatch(element, group * kvHeads, kvHeads, headDim, window, prefix + nodes + 5) { Tokens = [.. paths.Select(path => (prefix, path))] };
    }

    /// <summary>Rows that see so many slots, the first of them <paramref name="first"/>, each one more.</summary>
    private static AttentionBatch Chain(KernelVariant variant, int kvHeads, int group, int first, int count, int window)
        => new AttentionBatch(VariantCases.Element(variant), group * kvHeads, kvHeads, variant.Constants["HEAD_DIM"], window, first + count + 20)
        {
            Tokens = [.. Enumerable.Range(first, count).Select(seen => (seen, Array.Empty<int>()))],
        }.Filled(first);

    /// <summary>The same text with the positions from <paramref name="prefix"/> on in other slots.</summary>
    private static AttentionBatch Moved(AttentionBatch chain, int prefix, int[] slots)
    {
        float[] keys = [.. chain.Keys];
        float[] values = [.. chain.Values];
        for (int head = 0; head < chain.KvHeads; head++)
        {
            for (int i = 0; i < slots.Length; i++)
            {
                int from = ((head * chain.Slots) + prefix + i) * chain.HeadDim;
                int to = ((head * chain.Slots) + slots[i]) * chain.HeadDim;
                chain.Keys.AsSpan(from, chain.HeadDim).CopyTo(keys.AsSpan(to));
                chain.Values.AsSpan(from, chain.HeadDim).CopyTo(values.AsSpan(to));
            }
        }

        return chain with { Keys = keys, Values = values, Tokens = [.. chain.Tokens.Select(token => (prefix, slots[..(token.Prefix - prefix)]))] };
    }

    private static ushort[] Row(AttentionBatch batch, ushort[] output, int row)
        => output[(row * batch.QueryHeads * batch.HeadDim)..((row + 1) * batch.QueryHeads * batch.HeadDim)];

    private static void AssertClose(AttentionBatch batch, KernelVariant variant)
    {
        float[] actual = ElementFormat.Decode(batch.Element, batch.Run(variant));

        // The weights are rounded to elements before they meet the values: one rounding more than in a matrix product.
        Assert.That(Numbers.NormalisedError(actual, batch.Expected()), Is.LessThan(2 * ElementFormat.Bound(batch.Element)));
    }
}
