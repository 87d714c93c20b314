using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Tests.Engine;

/// <summary>Loads model directories on one CPU device that all tests share.</summary>
internal static class TestModel
{
    public static ComputeDevice Device { get; } = new CpuDevice();

    public static Transformer Load(string directory, int? contextLength = null, int chunkRows = 64, ComputeDevice? device = null, RowResults rows = RowResults.Invariant, ResidencyPlan? residency = null, StorageOptions? storage = null)
    {
        using Checkpoint checkpoint = Checkpoint.Open(directory);
        return Transformer.Load(
            checkpoint, device ?? Device, new TransformerOptions { ContextLength = contextLength, ChunkRows = chunkRows, Rows = rows, Residency = residency, Storage = storage ?? new() });
    }

    /// <summary>Logits of every row of a batch, <c>[M][V]</c>.</summary>
    public static float[][] Logits(Transformer model, TokenBatch batch, KvCache cache)
    {
        int columns = model.Config.VocabularySize;
        DeviceTensor hidden = model.Forward(batch, cache);
        using DeviceBuffer buffer = model.Device.Allocate((long)batch.Count * columns * sizeof(float), "test logits");
        using PinnedBuffer host = model.Device.AllocatePinned(buffer.Bytes, "test logits");
        model.ComputeLogits(hidden, buffer.AsTensor(DType.F32, batch.Count, columns));
        model.Queue.CopyToHost(buffer, 0, host, 0, buffer.Bytes);
        model.Queue.Synchronize();
        float[] all = host.As<float>(batch.Count * columns).ToArray();
        return [.. all.Chunk(columns)];
    }
}
