using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary><see cref="ComputeQueue.TreeAttention"/> over a prefix and a binary tree behind it.</summary>
/// <param name="site">The card and the shapes.</param>
internal sealed class AttentionOps(OpSite site)
{
    /// <summary>Keys of all rows that a naive kernel is timed with.</summary>
    private const int MostNaiveKeys = 4096;

    private const int StretchNodes = 2;

    /// <summary>TFLOP/s (4 · keys · head size · query heads per row) of trees, GB/s of keys and values read once of a single row.</summary>
    public IEnumerable<KernelOp> Attention(int prefix)
    {
        foreach (int nodes in site.Layer.TreeNodes)
        {
            using KernelOp op = Attention(prefix, nodes);
            yield return op;
        }
    }

    private KernelOp Attention(int prefix, int nodes)
    {
        AttentionShape shape = site.Layer.Attention;
        BenchMemory memory = site.NewMemory();
        DType type = site.Element;
        int slots = prefix + nodes;
        long cacheBytes = 2L * shape.KvHeads * slots * shape.HeadDim * type.Bytes();
        KvCacheLayer[] layers = [.. Enumerable.Range(0, site.Rotation.Sets(cacheBytes)).Select(i => new KvCacheLayer(
            memory.Ones(type, 2 * shape.KvHeads * slots, shape.HeadDim, 5 + i).Buffer, 0, type, shape.KvHeads, slots, shape.HeadDim))];
        DeviceTensor queries = memory.Ones(type, nodes, shape.QueryColumns, 6);
        (TokenRows rows, long keys) = BinaryTree(memory, prefix, nodes);
        IReadOnlyList<Stretch> stretches = Stretch.Of(nodes, StretchNodes);
        bool isBoundByMemory = nodes == 1;
        return new KernelOp(memory)
        {
            Table = isBoundByMemory ? "attention, one row" : "attention, tree",
            Parameters = queue => [new("queue", queue), new("prefix", $"{prefix}"), new("nodes", $"{nodes}")],
            Call = (queue, i, outputs) => queue.TreeAttention(queries, shape, rows, layers[i], outputs[0]),
            Variants = layers.Length,
            Outputs = [memory.Uninitialised(type, nodes, shape.QueryColumns)],
            Expected = [memory.Uninitialised(type, nodes, shape.QueryColumns)],
            Tolerances = [Tolerance.Rounded(type)],
            Reference = (naive, expected) =>
            {
                foreach (Stretch stretch in stretches)
                {
                    (int first, int count) = (stretch.First, stretch.Count);
                    naive.TreeAttention(queries.Slice(first, count), shape, rows.Slice(first, count), layers[0], expected[0].Slice(first, count));
                }
            },
            Compared = outputs => stretches.Select(stretch => (IReadOnlyList<DeviceTensor>)[outputs[0].Slice(stretch.First, stretch.Count)]),
            Naive = keys <= MostNaiveKeys ? (queue, i, outputs) => queue.TreeAttention(queries, shape, rows, layers[i], outputs[0]) : null,
            DependsOnQueue = true,
            Figures = (seconds, _) =>
            [
                isBoundByMemory
                    ? site.Rate(seconds, "keys and values read", cacheBytes)
                    : site.Speed(seconds, 4.0 * keys * shape.HeadDim * shape.QueryHeads),
                seconds.Times(1e6).Figure("time", "µs"),
            ],
        };
    }

    /// <returns>The rows, and how many keys all of them see together.</returns>
    private static (TokenRows Rows, long Keys) BinaryTree(BenchMemory memory, int prefix, int nodes)
    {
        int[] starts = new int[nodes + 1];
        int[] depths = new int[nodes];
        List<int> paths = [];
        for (int node = 0; node < nodes; node++)
        {
            var path = new Stack<int>();
            for (int at = node; at >= 0; at = at == 0 ? -1 : (at - 1) / 2)
            {
                path.Push(prefix + at);
            }

            depths[node] = path.Count;
            paths.AddRange(path);
            starts[node + 1] = paths.Count;
        }

        int[] all = [.. Enumerable.Range(0, nodes)];
        var rows = new TokenRows(
            memory.Ints(new int[nodes]),
            memory.Ints([.. all.Select(i => prefix + depths[i] - 1)]),
            memory.Ints([.. all.Select(i => prefix + i)]),
            memory.Ints([.. all.Select(_ => prefix)]),
            memory.Ints(starts),
            memory.Ints([.. paths]));
        return (rows, ((long)prefix * nodes) + paths.Count);
    }
}
