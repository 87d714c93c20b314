using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary><see cref="ComputeQueue.TopK"/>: its floor is reading the logits once.</summary>
/// <param name="site">The card and the shapes.</param>
internal sealed class TopKOps(OpSite site)
{
    private const int Chosen = 32;
    private const int MostRows = 256;

    /// <summary>Logits times k that one naive thread is timed with.</summary>
    private const int MostNaiveSteps = 1 << 20;

    public IEnumerable<KernelOp> TopK(int vocabulary)
    {
        foreach (int rows in site.Layer.TreeNodes.Where(n => n <= MostRows))
        {
            using KernelOp op = TopK(vocabulary, rows);
            yield return op;
        }
    }

    private KernelOp TopK(int vocabulary, int rows)
    {
        const float Temperature = 1;
        BenchMemory memory = site.NewMemory();
        long bytes = (long)rows * vocabulary * sizeof(float);
        DeviceTensor[] logits = [.. Enumerable.Range(0, site.Rotation.Sets(bytes)).Select(i => memory.Ones(DType.F32, rows, vocabulary, 7 + i))];
        DeviceTensor[] Outputs() => [memory.Uninitialised(DType.I32, rows, Chosen), memory.Uninitialised(DType.F32, rows, Chosen)];
        void Naive(ComputeQueue queue, int i, IReadOnlyList<DeviceTensor> outputs)
            => NaiveTopK.Ask(site.Device, queue, logits[i], vocabulary, Temperature, outputs[0], outputs[1]);
        return new KernelOp(memory)
        {
            Table = "top-k",
            Parameters = queue => [new("queue", queue), new("rows", $"{rows}"), new("vocabulary", $"{vocabulary}"), new("k", $"{Chosen}")],
            Call = (queue, i, outputs) => queue.TopK(logits[i], vocabulary, Temperature, outputs[0], outputs[1]),
            Variants = logits.Length,
            Outputs = Outputs(),
            Expected = Outputs(),
            Tolerances = [Tolerance.Exact, Tolerance.Sums],
            Reference = (naive, expected) => Naive(naive, 0, expected),
            Naive = (long)vocabulary * Chosen <= MostNaiveSteps ? Naive : null,
            Figures = (seconds, _) => site.MemoryBound(seconds, "logits read", bytes),
        };
    }
}
