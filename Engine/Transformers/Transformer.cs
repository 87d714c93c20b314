using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// A decoder-only transformer on a device. There is one forward pass, for target and draft, prefill, plain decoding,
/// draft steps and verification: what differs is the <see cref="TokenBatch"/>.
/// </summary>
/// <remarks>Not thread-safe: one pass at a time, since passes share activations; <see cref="Acquire"/> tells who is at it.</remarks>
public sealed class Transformer : IDisposable
{
    private readonly DeviceMemory _memory;
    private readonly ModelWeights _weights;
    private readonly Workspace _workspace;
    private readonly BatchUpload _upload;
    private readonly DeviceBuffer _ropeBuffer;
    private readonly DeviceTensor _rope;
    private readonly AttentionShape[] _attention;
    private readonly float _epsilon;
    private int _users;

    private Transformer(ModelConfig config, ComputeDevice device, ModelWeights weights, int contextLength, TransformerOptions options)
    {
        Config = config;
        Device = device;
        ContextLength = contextLength;
        _weights = weights;
        _epsilon = (float)config.RmsNormEpsilon;
        _memory = new DeviceMemory(device);
        Queue = _memory.Own(() => device.CreateQueue("compute", options.Rows));
        _workspace = _memory.Own(() => new Workspace(device, config, options.ChunkRows));
        _upload = _memory.Own(() => new BatchUpload(device));
        _ropeBuffer = _memory.Allocate((long)ContextLength * config.HeadDim * sizeof(float), "the RoPE table");
        _rope = _ropeBuffer.AsTensor(DType.F32, ContextLength, config.HeadDim);
        _attention = [.. config.SlidingWindows.Select(w => new AttentionShape(config.QueryHeads, config.KvHeads, config.HeadDim, w))];
        UploadRopeTable();
    }

    public ModelConfig Config { get; }

    public ComputeDevice Device { get; }

    /// <summary>The queue on which all passes run.</summary>
    public ComputeQueue Queue { get; }

    /// <summary>Positions that may be used: 0 … <see cref="ContextLength"/> − 1.</summary>
    public int ContextLength { get; }

    /// <summary>Reads a checkpoint's weights to a device.</summary>
    /// <exception cref="Loaders.ModelFormatException">The checkpoint is incomplete or damaged.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The model does not fit.</exception>
    public static Transformer Load(
        Checkpoint checkpoint,
        ComputeDevice device,
        TransformerOptions options,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options.Validate();
        int contextLength = options.ResolveContextLength(checkpoint.Config);
        ModelWeights weights = ModelWeights.Load(checkpoint, device, progress, cancellation);
        try
        {
            return new Transformer(checkpoint.Config, device, weights, contextLength, options);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Claims the model until the result is disposed of.</summary>
    /// <exception cref="InvalidOperationException">Somebody else has claimed it.</exception>
    public Lease Acquire()
    {
        if (Interlocked.Exchange(ref _users, 1) != 0)
        {
            throw new InvalidOperationException("Another text is being written with this model. Wait for its end, or load the model once more.");
        }

        return new Lease(this);
    }

    /// <summary>A KV cache for this model.</summary>
    /// <param name="treeSlots">Room for tree nodes behind the context.</param>
    public KvCache CreateCache(int treeSlots) => new(Device, Queue, Config, ContextLength, treeSlots);

    /// <summary>
    /// Queues a pass over the batch: its keys and values go to the cache at the rows' slots. Layers are the outer loop and
    /// chunks of rows the inner one, so a long prompt reads each layer's weights once.
    /// </summary>
    /// <returns>The residual stream after the last layer, F32 <c>[M, D]</c>; valid until the next pass.</returns>
    /// <exception cref="ArgumentException">The batch is empty or reaches beyond the context or the cache.</exception>
    /// <exception cref="OperationCanceledException">Between two layers' calls; what was queued is done, the cache's committed part is untouched.</exception>
    public DeviceTensor Forward(TokenBatch batch, KvCache cache, CancellationToken cancellation = default)
    {
        TokenRows rows = BeginPass(batch, cache);
        try
        {
            DeviceTensor hidden = QueuePass(rows, cache, cancellation);
            EndPass();
            return hidden;
        }
        catch
        {
            Settle();
            throw;
        }
    }

    /// <summary>Queues the final norm and the output head over some of a pass's rows.</summary>
    /// <param name="hidden">F32 <c>[n, D]</c>: rows of what <see cref="Forward"/> returned.</param>
    /// <param name="logits">Receives F32 <c>[n, V]</c>.</param>
    public void ComputeLogits(DeviceTensor hidden, DeviceTensor logits)
    {
        for (int first = 0; first < hidden.Rows; first += _workspace.ChunkRows)
        {
            int count = Math.Min(_workspace.ChunkRows, hidden.Rows - first);
            DeviceTensor normed = _workspace.Normed.Slice(0, count);
            Queue.RmsNorm(hidden.Slice(first, count), _weights.FinalNorm, _epsilon, normed, _weights.HeadOrder);
            Queue.Linear(normed, _weights.Head, null, logits.Slice(first, count), LinearOutput.Store);
        }
    }

    public void Dispose()
    {
        try
        {
            Queue.Synchronize();
        }
        finally
        {
            _memory.Dispose();
            _weights.Dispose();
        }
    }

    /// <summary>Changes when memory that passes use has moved: passes captured before are void.</summary>
    internal int MemoryVersion => _upload.Version + _workspace.Version;

    /// <summary>The first third of <see cref="Forward"/>: checks the batch, waits for the last pass and queues the batch's way to the device.</summary>
    internal TokenRows BeginPass(TokenBatch batch, KvCache cache)
    {
        Check(batch, cache);
        return _upload.Upload(Queue, batch);
    }

    /// <summary>The second: queues the pass itself, which can be captured.</summary>
    internal DeviceTensor QueuePass(in TokenRows rows, KvCache cache, CancellationToken cancellation)
    {
        DeviceTensor residual = _workspace.Residual(rows.Count);
        Queue.Embed(_weights.Embedding, rows.Tokens, residual);
        for (int layer = 0; layer < _weights.Layers.Count; layer++)
        {
            for (int first = 0; first < rows.Count; first += _workspace.ChunkRows)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(_workspace.ChunkRows, rows.Count - first);
                TokenRows chunk = rows.Slice(first, count);
                DeviceTensor x = residual.Slice(first, count);
                Attend(layer, chunk, cache.Layer(layer), x);
                FeedForward(layer, x);
            }
        }

        return residual;
    }

    /// <summary>The third: marks the end of what uses the batch.</summary>
    internal void EndPass() => _upload.PassQueued(Queue);

    /// <summary>
    /// After an error, before it is thrown on: whoever catches it may free or rewrite what the queued part of a pass still
    /// uses. If even waiting fails, nothing runs any more, and the first error is the one that tells why.
    /// </summary>
    internal void Settle()
    {
        try
        {
            Queue.Synchronize();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The caller throws the error that led here.
        }
    }

    private void Attend(int layer, in TokenRows rows, KvCacheLayer cache, DeviceTensor x)
    {
        LayerWeights weights = _weights.Layers[layer];
        AttentionShape shape = _attention[layer];
        DeviceTensor normed = _workspace.Normed.Slice(0, x.Rows);
        DeviceTensor qkv = _workspace.Qkv.Slice(0, x.Rows);
        DeviceTensor queries = _workspace.Queries.Slice(0, x.Rows);
        DeviceTensor attention = _workspace.Attention.Slice(0, x.Rows);

        Queue.RmsNorm(x, weights.AttentionNorm, _epsilon, normed, weights.AttentionOrder);
        Queue.Linear(normed, weights.Qkv, weights.QkvBias, qkv, LinearOutput.Store);
        Queue.RotateAndStore(qkv, shape, weights.QueryKeyNorm, _rope, rows, cache, queries);
        Queue.TreeAttention(queries, shape, rows, cache, attention, weights.OutputPlaces);
        Queue.Linear(attention, weights.Output, weights.OutputBias, x, LinearOutput.Accumulate);
    }

    private void FeedForward(int layer, DeviceTensor x)
    {
        LayerWeights weights = _weights.Layers[layer];
        DeviceTensor normed = _workspace.Normed.Slice(0, x.Rows);
        DeviceTensor gated = _workspace.Gated.Slice(0, x.Rows);

        Queue.RmsNorm(x, weights.MlpNorm, _epsilon, normed, weights.MlpOrder);
        Queue.SwiGlu(normed, weights.Gate, weights.Up, gated);
        Queue.Linear(gated, weights.Down, null, x, LinearOutput.Accumulate);
    }

    private void Check(TokenBatch batch, KvCache cache)
    {
        if (batch.Count == 0)
        {
            throw new ArgumentException("The batch has no tokens.", nameof(batch));
        }

        if (batch.LastPosition >= ContextLength)
        {
            throw new ArgumentException(
                $"The batch reaches position {batch.LastPosition}, but the context ends at {ContextLength}.", nameof(batch));
        }

        foreach (int token in batch.Tokens)
        {
            if ((uint)token >= (uint)Config.VocabularySize)
            {
                throw new ArgumentException(
                    $"Token {token} is not in the vocabulary of {Config.VocabularySize}.", nameof(batch));
            }
        }

        // What a device cannot check by itself: every key that a row sees must lie in the cache.
        RequireSlots(batch.Slots, cache);
        RequireSlots(batch.PathSlots, cache);
        foreach (int length in batch.PrefixLengths)
        {
            if ((uint)length > (uint)cache.Slots)
            {
                throw new ArgumentException($"A prefix of {length} tokens is not in the cache of {cache.Slots}.", nameof(batch));
            }
        }
    }

    private static void RequireSlots(ReadOnlySpan<int> slots, KvCache cache)
    {
        foreach (int slot in slots)
        {
            if ((uint)slot >= (uint)cache.Slots)
            {
                throw new ArgumentException($"Slot {slot} is not in the cache of {cache.Slots}.", nameof(slots));
            }
        }
    }

    private void UploadRopeTable()
    {
        const int Portion = 1024;
        int columns = Config.HeadDim;
        using PinnedBuffer staging = Device.AllocatePinned((long)Portion * columns * sizeof(float), "the RoPE table");
        for (int first = 0; first < ContextLength; first += Portion)
        {
            int count = Math.Min(Portion, ContextLength - first);
            RopeTable.Fill(Config, first, count, staging.As<float>(count * columns));
            Queue.CopyToDevice(staging, 0, _ropeBuffer, (long)first * columns * sizeof(float), (long)count * columns * sizeof(float));
            Queue.Synchronize();
        }
    }

    /// <summary>The right to run passes.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly Transformer _owner;

        internal Lease(Transformer owner) => _owner = owner;

        public void Dispose() => Volatile.Write(ref _owner._users, 0);
    }
}
