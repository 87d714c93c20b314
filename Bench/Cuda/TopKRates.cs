using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary><see cref="ComputeQueue.TopK"/>: its floor is reading the logits once.</summary>
internal sealed class TopKRates(KernelsSession session)
{
    private const int Chosen = 32;

    public IEnumerable<Row> Measure()
    {
        (LayerShapes layer, ComputeQueue queue) = (session.Layer, session.Queue);
        var clock = new QueueClock(queue, session.Timing);
        foreach (int rows in layer.TreeNodes.Where(n => n <= 256))
        {
            using var memory = new BenchMemory(session.Cuda, queue);
            DeviceTensor logits = memory.Random(DType.F32, rows, layer.Vocabulary, 7);
            DeviceTensor ids = memory.Uninitialised(DType.I32, rows, Chosen);
            DeviceTensor logProbabilities = memory.Uninitialised(DType.F32, rows, Chosen);
            Samples seconds = clock.Seconds(() => queue.TopK(logits, layer.Vocabulary, 1f, ids, logProbabilities));
            yield return new Row(
                "top-k",
                [new("rows", $"{rows}"), new("vocabulary", $"{layer.Vocabulary}"), new("k", $"{Chosen}")],
                [
                    seconds.Rates(logits.Bytes / 1e9).Figure("logits read", "GB/s").Against(CardLimits.CopyName, session.Limits.GigabytesPerSecond),
                    seconds.Times(1e6).Figure("time", "µs"),
                ]);
        }
    }
}
