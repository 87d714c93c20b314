using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary><see cref="ComputeQueue.TreeAttention"/> over a prefix and a binary tree behind it.</summary>
internal sealed class AttentionRates(KernelsSession session)
{
    /// <summary>TFLOP/s (4 · keys · head size · query heads per row) of trees, GB/s of keys and values read once of a single row.</summary>
    public IEnumerable<Row> Measure(int prefix)
        => session.Queues.SelectMany(named => session.Layer.TreeNodes.Select(nodes => Measure(named.Name, named.Queue, prefix, nodes)));

    private Row Measure(string name, ComputeQueue queue, int prefix, int nodes)
    {
        CudaDevice device = session.Cuda;
        AttentionShape shape = session.Layer.Attention;
        using var memory = new BenchMemory(device, queue);
        DType type = device.ActivationType;
        int slots = prefix + nodes;
        DeviceTensor cache = memory.Random(type, 2 * shape.KvHeads * slots, shape.HeadDim, 5);
        var layer = new KvCacheLayer(cache.Buffer, 0, type, shape.KvHeads, slots, shape.HeadDim);
        DeviceTensor queries = memory.Random(type, nodes, shape.QueryColumns, 6);
        DeviceTensor output = memory.Uninitialised(type, nodes, shape.QueryColumns);
        (TokenRows rows, long keys) = BinaryTree(memory, prefix, nodes);
        Samples seconds = new QueueClock(queue, session.Timing).Seconds(() => queue.TreeAttention(queries, shape, rows, layer, output));

        bool isBoundByMemory = nodes == 1;
        Figure speed = isBoundByMemory
            ? seconds.Rates(layer.Bytes / 1e9).Figure("keys and values read", "GB/s").Against(CardLimits.CopyName, session.Limits.GigabytesPerSecond)
            : seconds.Rates(4.0 * keys * shape.HeadDim * shape.QueryHeads / 1e12).Figure("speed", "TFLOP/s").Against(CardLimits.PeakName, session.Limits.TeraflopsPerSecond);
        return new Row(
            isBoundByMemory ? "attention, one row" : "attention, tree",
            [new("queue", name), new("prefix", $"{prefix}"), new("nodes", $"{nodes}")],
            [speed, seconds.Times(1e6).Figure("time", "µs")]);
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
