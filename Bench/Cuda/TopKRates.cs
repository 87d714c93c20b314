using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary><see cref="ComputeQueue.TopK"/>: its floor is reading the logits once.</summary>
internal sealed class TopKRates(CudaDevice device, ComputeQueue queue, QueueClock clock, CardLimits limits)
{
    private const int Chosen = 32;

    public IEnumerable<Measurement> Measure(LayerShapes layer)
    {
        foreach (int rows in layer.TreeNodes.Where(n => n <= 256))
        {
            using var memory = new BenchMemory(device, queue);
            DeviceTensor logits = memory.Random(DType.F32, rows, layer.Vocabulary, 7);
            DeviceTensor ids = memory.Uninitialised(DType.I32, rows, Chosen);
            DeviceTensor logProbabilities = memory.Uninitialised(DType.F32, rows, Chosen);
            double seconds = clock.Seconds(() => queue.TopK(logits, layer.Vocabulary, 1f, ids, logProbabilities));
            double gigabytes = logits.Bytes / seconds / 1e9;
            KeyValuePair<string, string>[] parameters = [new("rows", rows.ToString()), new("vocabulary", layer.Vocabulary.ToString()), new("k", Chosen.ToString())];
            yield return new("top-k", parameters, gigabytes, "GB/s", "memory copy", gigabytes / limits.GigabytesPerSecond);
        }
    }
}
