using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Evaluation;

/// <summary>A model at work on one window after the other: a pass over a window's inputs, then logits, a chunk of rows at a time.</summary>
internal sealed class WindowPass : IDisposable
{
    /// <summary>Rows of logits that are held at most.</summary>
    public const int ChunkRows = 64;

    private readonly Transformer _model;
    private readonly TokenBatch _batch = new();
    private readonly DeviceMemory _memory;
    private readonly KvCache _cache;
    private readonly DeviceBuffer _logits;
    private readonly PinnedBuffer _hostLogits;
    private DeviceTensor _hidden;

    /// <param name="model">Stays the caller's.</param>
    /// <exception cref="DeviceOutOfMemoryException">Its KV cache or logits do not fit.</exception>
    public WindowPass(Transformer model)
    {
        _model = model;
        _memory = new DeviceMemory(model.Device);
        _cache = _memory.Own(() => model.CreateCache(treeSlots: 0));
        long bytes = (long)ChunkRows * Columns * sizeof(float);
        _logits = _memory.Allocate(bytes, $"{ChunkRows} rows of logits");
        _hostLogits = _memory.AllocatePinned(bytes, $"{ChunkRows} rows of logits");
    }

    private int Columns => _model.Config.VocabularySize;

    /// <summary>Queues the pass. Nothing is committed to the cache, so each window begins anew at position 0.</summary>
    public void Begin(ReadOnlySpan<int> inputs, CancellationToken cancellation)
    {
        _batch.Clear();
        _batch.AddChain(0, inputs);
        _hidden = _model.Forward(_batch, _cache, cancellation);
    }

    /// <summary>Computes the logits of some of the window's rows, which <see cref="Row"/> then gives.</summary>
    /// <param name="first">The first one's index among the inputs.</param>
    /// <param name="count">At most <see cref="ChunkRows"/>.</param>
    public void ComputeRows(int first, int count)
    {
        _model.ComputeLogits(_hidden.Slice(first, count), _logits.AsTensor(DType.F32, count, Columns));
        _model.Queue.CopyToHost(_logits, 0, _hostLogits, 0, (long)count * Columns * sizeof(float));
        _model.Queue.Synchronize();
    }

    /// <summary>Logits of a row of the chunk, F32 <c>[V]</c>; valid until the next chunk.</summary>
    public ReadOnlySpan<float> Row(int row) => _hostLogits.As<float>((row + 1) * Columns)[(row * Columns)..];

    /// <summary>Waits for work that is still queued.</summary>
    public void Dispose()
    {
        try
        {
            _model.Queue.Synchronize();
        }
        finally
        {
            _memory.Dispose();
        }
    }
}
