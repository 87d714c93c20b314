using NUnit.Framework;
using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed class TreeAttentionTests
{
    [Test]
    public void RandomTreesEqualADenseMask(
        [Values(2, 8, 24, 64, 144)] int headDim, [Values(1, 3)] int group, [Values(null, 1, 7, 1000)] int? window, [Values(0, 5, 130)] int prefix)
    {
        AttentionShape shape = new(2 * group, 2, headDim, window);
        const int nodes = 20;
        int slots = prefix + (2 * nodes);
        Random random = new(headDim + prefix);
        float[] memory = Reference.Random(random, 2 * shape.KvHeads * slots * headDim);
        float[] queries = Reference.Random(random, nodes * shape.QueryColumns);
        int[][] paths = RandomTree(random, nodes, prefix, slots);
        using Workbench bench = new();
        float[] actual = Attend(bench, shape, queries, memory, slots, [.. paths.Select(path => (prefix, path))]);

        for (int row = 0; row < nodes; row++)
        {
            int[] positions = [.. Enumerable.Range(0, slots).Select(s => s < prefix ? s : -1)];
            for (int i = 0; i < paths[row].Length; i++)
            {
                positions[paths[row][i]] = prefix + i;
            }

            int columns = shape.QueryColumns;
            double[] expected = Reference.Attention(queries[(row * columns)..((row + 1) * columns)], shape, memory, positions);
            Assert.That(Reference.Error(actual.AsSpan(row * columns, columns), expected), Is.LessThan(2e-6), "scores of size ≤ 12 rounded to float");
        }
    }

    [Test]
    public void AChainInThePrefixEqualsTheSameChainAsAScatteredPathBitForBit([Values(8, 64)] int headDim, [Values(null, 9)] int? window)
    {
        AttentionShape shape = new(4, 2, headDim, window);
        const int length = 90, slots = 200;
        Random random = new(headDim);
        float[] ordered = Reference.Random(random, 2 * shape.KvHeads * slots * headDim);
        float[] query = Reference.Random(random, shape.QueryColumns);
        using Workbench bench = new();
        float[] expected = Attend(bench, shape, query, ordered, slots, [(length, [])]);

        foreach (int prefix in new[] { 0, 1, 30, 64, 89 })
        {
            int[] scattered = [.. Enumerable.Range(prefix, slots - prefix)];
            random.Shuffle(scattered);
            int[] path = scattered[..(length - prefix)];
            float[] moved = [.. Enumerable.Repeat(float.NaN, ordered.Length)];
            for (int head = 0; head < 2 * shape.KvHeads; head++)
            {
                for (int position = 0; position < length; position++)
                {
                    int slot = position < prefix ? position : path[position - prefix];
                    Array.Copy(ordered, ((head * slots) + position) * headDim, moved, ((head * slots) + slot) * headDim, headDim);
                }
            }

            Assert.That(Attend(bench, shape, query, moved, slots, [(prefix, path)]), Is.EqualTo(expected), $"prefix {prefix}");
        }
    }

    [Test]
    public void ScoresFarApartDoNotOverflow()
    {
        AttentionShape shape = new(1, 1, 2, null);
        float[] memory = [100f, 0f, -100f, 0f, 1f, 2f, 3f, 4f];
        using Workbench bench = new();
        float[] actual = Attend(bench, shape, [100f, 0f], memory, 2, [(2, [])]);
        Assert.That(actual, Is.EqualTo(new[] { 1f, 2f }));
    }

    /// <summary>Nodes in random free slots; each path leads from a child of the prefix to the node itself.</summary>
    private static int[][] RandomTree(Random random, int nodes, int prefix, int slots)
    {
        int[] free = [.. Enumerable.Range(prefix, slots - prefix)];
        random.Shuffle(free);
        int[][] paths = new int[nodes][];
        for (int node = 0; node < nodes; node++)
        {
            int parent = random.Next(-1, node);
            paths[node] = [.. parent < 0 ? [] : paths[parent], free[node]];
        }

        return paths;
    }

    private static float[] Attend(
        Workbench bench, AttentionShape shape, float[] queries, float[] memory, int slots, (int Prefix, int[] Path)[] rows)
    {
        DeviceTensor keysAndValues = bench.Floats(memory, 2 * shape.KvHeads * slots);
        KvCacheLayer cache = new(keysAndValues.Buffer, keysAndValues.ByteOffset, DType.F32, shape.KvHeads, slots, shape.HeadDim);
        List<int> starts = [0];
        List<int> pathSlots = [];
        foreach ((_, int[] path) in rows)
        {
            pathSlots.AddRange(path);
            starts.Add(pathSlots.Count);
        }

        DeviceTensor none = bench.Ints();
        TokenRows tokenRows = new(
            none, none, none, bench.Ints([.. rows.Select(r => r.Prefix)]), bench.Ints([.. starts]), bench.Ints([.. pathSlots]));
        DeviceTensor output = bench.Poisoned(DType.F32, rows.Length, shape.QueryColumns);
        bench.Queue.TreeAttention(bench.Floats(queries, rows.Length), shape, tokenRows, cache, output);
        return bench.ReadFloats(output);
    }
}
