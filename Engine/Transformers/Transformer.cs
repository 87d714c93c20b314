using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Tracing;
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
    private readonly LayerPass _pass;
    private readonly BatchUpload _upload;
    private int _users;

    private Transformer(ModelConfig config, ComputeDevice device, ModelWeights weights, int contextLength, TransformerOptions options)
    {
        Config = config;
        Device = device;
        ContextLength = contextLength;
        _weights = weights;
        _memory = new DeviceMemory(device);
        Queue = _memory.Own(() => device.CreateQueue("compute", options.Rows));
        _pass = _memory.Own(() => new LayerPass(device, Queue, config, contextLength, options.ChunkRows));
        _upload = _memory.Own(() => new BatchUpload(device));
    }

    public ModelConfig Config { get; }

    public ComputeDevice Device { get; }

    /// <summary>The queue on which all passes run.</summary>
    public ComputeQueue Queue { get; }

    /// <summary>Positions that may be used: 0 … <see cref="ContextLength"/> − 1.</summary>
    public int ContextLength { get; }

    /// <summary>Which layers stay on the device.</summary>
    public ResidencyPlan Residency => _weights.Layers.Plan;

    /// <summary>Where the streamed layers wait.</summary>
    public HostLayers HostLayers => _weights.HostLayers;

    /// <summary>Null: everything is resident.</summary>
    internal LayerStreamer? Streamer => _weights.Layers.Streamer;

    /// <summary>Bytes that cross the link in each pass; 0: everything is resident.</summary>
    public long StreamedBytesPerPass => Streamer?.BytesPerPass ?? 0;

    /// <summary>Bytes per second that the link was measured to carry; null: nothing streams.</summary>
    public double? LinkBytesPerSecond => Streamer?.LinkBytesPerSecond;

    /// <summary>Names of 4-bit weights with zeros that other programs read otherwise (<see cref="Loaders.Quantization.Int4Matrix.HasAmbiguousZeros"/>).</summary>
    public IReadOnlyList<string> AmbiguousZeros => _weights.AmbiguousZeros;

    /// <summary>Reads a checkpoint's weights to a device.</summary>
    /// <exception cref="Loaders.ModelFormatException">The checkpoint is incomplete or damaged.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The model does not fit.</exception>
    public static Transformer Load(
        Checkpoint checkpoint,
        ComputeDevice device,
        TransformerOptions options,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellation = default)
        => Load(WeightCatalog.Of(checkpoint), device, options, progress, cancellation);

    /// <summary>Brings weights to a device.</summary>
    /// <inheritdoc cref="Load(Checkpoint, ComputeDevice, TransformerOptions, IProgress{LoadProgress}?, CancellationToken)" path="/exception"/>
    public static Transformer Load(
        WeightCatalog model,
        ComputeDevice device,
        TransformerOptions options,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options.Validate();
        int contextLength = options.ResolveContextLength(model.Config);
        ModelWeights weights = ModelWeights.Load(model, device, options.Residency, options.Storage, progress, cancellation);
        try
        {
            return new Transformer(model.Config, device, weights, contextLength, options);
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
        for (int first = 0; first < hidden.Rows; first += _pass.Workspace.ChunkRows)
        {
            int count = Math.Min(_pass.Workspace.ChunkRows, hidden.Rows - first);
            DeviceTensor normed = _pass.NormForHead(_weights.FinalNorm, _weights.HeadOrder, hidden.Slice(first, count));
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
            Disposal.All([_memory, _weights]);
        }
    }

    /// <summary>Is told of passes and copies; null: nobody is. Not while a pass is captured.</summary>
    internal Timeline? Timeline
    {
        get;
        set
        {
            field = value;
            if (Streamer is { } streamer)
            {
                streamer.Timeline = value;
            }
        }
    }

    /// <summary>Changes when memory that passes use has moved: passes captured before are void.</summary>
    internal int MemoryVersion => _upload.Version + _pass.Workspace.Version;

    /// <summary>The first third of <see cref="Forward"/>: checks the batch, waits for the last pass and queues the batch's way to the device.</summary>
    internal TokenRows BeginPass(TokenBatch batch, KvCache cache)
    {
        Check(batch, cache);
        return _upload.Upload(Queue, batch);
    }

    /// <summary>The second: queues the pass itself, which can be captured.</summary>
    internal DeviceTensor QueuePass(in TokenRows rows, KvCache cache, CancellationToken cancellation)
    {
        DeviceTensor residual = _pass.Workspace.Residual(rows.Count);
        Queue.Embed(_weights.Embedding, rows.Tokens, residual);
        _weights.Layers.BeginPass(Queue);
        for (int layer = 0; layer < _weights.Layers.Count; layer++)
        {
            QueueAttention(layer, rows, cache.Layer(layer), residual, cancellation);
            QueueMlp(layer, residual, cancellation);
        }

        return residual;
    }

    /// <summary>The third: marks the end of what uses the batch.</summary>
    internal void EndPass() => _upload.PassQueued(Queue);

    /// <summary>Seconds that one layer takes with a batch, everything it needs being there. Changes nothing but slots of the cache behind its prefix.</summary>
    /// <inheritdoc cref="Forward" path="/exception"/>
    internal double MeasureLayer(TokenBatch batch, KvCache cache)
    {
        const int Repeats = 3;
        TokenRows rows = BeginPass(batch, cache);
        try
        {
            double best = double.PositiveInfinity;
            DeviceTensor residual = _pass.Workspace.Residual(rows.Count);
            Queue.Embed(_weights.Embedding, rows.Tokens, residual);
            _weights.Layers.BeginPass(Queue);
            int layer = Math.Max(0, _weights.Layers.FirstResident);
            for (int repeat = 0; repeat < Repeats; repeat++)
            {
                Queue.Synchronize();
                long start = Device.Clock.GetTimestamp();
                QueueAttention(layer, rows, cache.Layer(layer), residual, default, keep: true);
                QueueMlp(layer, residual, default, keep: true);
                Queue.Synchronize();
                best = Math.Min(best, Device.Clock.GetElapsedTime(start).TotalSeconds);
            }

            EndPass();
            return best;
        }
        catch
        {
            Settle();
            throw;
        }
    }

    /// <summary>
    /// After an error, before it is thrown on: whoever catches it may free or rewrite what the queued part of a pass still
    /// uses. If even waiting fails, nothing runs any more, and the first error is the one that tells why.
    /// </summary>
    internal void Settle()
    {
        try
        {
            Queue.Synchronize();
            Streamer?.Settle();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The caller throws the error that led here.
        }
    }

    /// <summary>All rows' attention before any row's MLP: a layer that is streamed gives its place back in parts.</summary>
    private void QueueAttention(int layer, in TokenRows rows, KvCacheLayer cache, DeviceTensor residual, CancellationToken cancellation, bool keep = false)
    {
        LayerWeights weights = _weights.Layers.Weights(layer);
        _weights.Layers.Await(layer, WeightGroup.Attention, Queue);
        TimedSpan? span = Timeline?.Begin(Queue, DeviceTrack.Compute, $"attention {layer}");
        for (int first = 0; first < residual.Rows; first += _pass.Workspace.ChunkRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(_pass.Workspace.ChunkRows, residual.Rows - first);
            DeviceTensor x = residual.Slice(first, count);
            DeviceTensor attention = _pass.Attend(layer, weights, _pass.NormForAttention(weights, x), rows.Slice(first, count), cache);
            _pass.AddAttention(weights, attention, x);
        }

        EndSpan(span);
        Release(layer, WeightGroup.Attention, keep);
    }

    private void QueueMlp(int layer, DeviceTensor residual, CancellationToken cancellation, bool keep = false)
    {
        LayerWeights weights = _weights.Layers.Weights(layer);
        _weights.Layers.Await(layer, WeightGroup.GateUp, Queue);
        TimedSpan? span = Timeline?.Begin(Queue, DeviceTrack.Compute, $"mlp {layer}");
        for (int first = 0; first < residual.Rows; first += _pass.Workspace.ChunkRows)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isLast = first + _pass.Workspace.ChunkRows >= residual.Rows;
            DeviceTensor x = residual.Slice(first, Math.Min(_pass.Workspace.ChunkRows, residual.Rows - first));
            DeviceTensor gated = _pass.Gate(weights, _pass.NormForMlp(weights, x));
            if (isLast)
            {
                Release(layer, WeightGroup.GateUp, keep);
            }

            if (first == 0)
            {
                EndSpan(span);
                _weights.Layers.Await(layer, WeightGroup.Down, Queue);
                span = Timeline?.Begin(Queue, DeviceTrack.Compute, $"mlp {layer}");
            }

            _pass.AddMlp(weights, gated, x);
        }

        EndSpan(span);
        Release(layer, WeightGroup.Down, keep);
    }

    private void EndSpan(TimedSpan? span)
    {
        if (span is not null)
        {
            Timeline?.End(Queue, span);
        }
    }

    private void Release(int layer, WeightGroup group, bool keep)
    {
        if (!keep)
        {
            _weights.Layers.Release(layer, group, Queue);
        }
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

    /// <summary>The right to run passes.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly Transformer _owner;

        internal Lease(Transformer owner) => _owner = owner;

        public void Dispose() => Volatile.Write(ref _owner._users, 0);
    }
}
