using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary><see cref="ComputeQueue.TreeAttention"/> over a prefix and a binary tree behind it.</summary>
internal sealed class AttentionRates(CudaDevice device, ComputeQueue queue, Timing timing, CardLimits limits, string suffix)
{
    private readonly QueueClock _clock = new(queue, timing);

    /// <summary>TFLOP/s (4 · keys · head size · query heads per row) and GB/s of keys and values read once.</summary>
    public IEnumerable<Measurement> Measure(LayerShapes layer)
    {
        foreach (int prefix in layer.Prefixes)
        {
            foreach (int nodes in layer.TreeNodes)
            {
                yield return Measure(layer.Attention, prefix, nodes);
            }
        }
    }

    private Measurement Measure(AttentionShape shape, int prefix, int nodes)
    {
        using var memory = new BenchMemory(device, queue);
        DType type = device.ActivationType;
        int slots = prefix + nodes;
        DeviceTensor cache = memory.Random(type, 2 * shape.KvHeads * slots, shape.HeadDim, 5);
        var layer = new KvCacheLayer(cache.Buffer, 0, type, shape.KvHeads, slots, shape.HeadDim);
        DeviceTensor queries = memory.Random(type, nodes, shape.QueryColumns, 6);
        DeviceTensor output = memory.Uninitialised(type, nodes, shape.QueryColumns);
        (TokenRows rows, long keys) = BinaryTree(memory, prefix, nodes);
        double seconds = _clock.Seconds(() => queue.TreeAttention(queries, shape, rows, layer, output));

        double teraflops = 4.0 * keys * shape.HeadDim * shape.QueryHeads / seconds / 1e12;
        double gigabytes = (double)layer.Bytes / seconds / 1e9;
        bool isBoundByMemory = nodes == 1;
        KeyValuePair<string, string>[] parameters = [new("prefix", prefix.ToString()), new("nodes", nodes.ToString())];
        return isBoundByMemory
            ? new($"attention, one row{suffix}", parameters, gigabytes, "GB/s", "memory copy", gigabytes / limits.GigabytesPerSecond)
            : new($"attention, tree{suffix}", parameters, teraflops, "TFLOP/s", "cuBLAS peak", teraflops / limits.TeraflopsPerSecond);
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
