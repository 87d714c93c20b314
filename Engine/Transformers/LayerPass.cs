using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// One layer's computation for a chunk of rows, in the six steps between which something can be looked at: what each of the layer's
/// four products takes as input is the result of a step. Activations live in a workspace that all layers share.
/// </summary>
internal sealed class LayerPass : IDisposable
{
    private readonly DeviceMemory _memory;
    private readonly ComputeQueue _queue;
    private readonly DeviceTensor _rope;
    private readonly AttentionShape[] _attention;
    private readonly float _epsilon;

    /// <param name="device">Where it runs.</param>
    /// <param name="queue">The queue of all passes.</param>
    /// <param name="config">Shape of the model.</param>
    /// <param name="contextLength">Positions that may occur.</param>
    /// <param name="chunkRows">Rows of a chunk at most.</param>
    public LayerPass(ComputeDevice device, ComputeQueue queue, ModelConfig config, int contextLength, int chunkRows)
    {
        _queue = queue;
        _epsilon = (float)config.RmsNormEpsilon;
        _attention = [.. config.SlidingWindows.Select(w => new AttentionShape(config.QueryHeads, config.KvHeads, config.HeadDim, w))];
        _memory = new DeviceMemory(device);
        Workspace = _memory.Own(() => new Workspace(device, config, chunkRows));
        DeviceBuffer rope = _memory.Allocate((long)contextLength * config.HeadDim * sizeof(float), "the RoPE table");
        _rope = rope.AsTensor(DType.F32, contextLength, config.HeadDim);
        _memory.Guard(() => UploadRopeTable(device, config, rope));
    }

    public Workspace Workspace { get; }

    /// <summary>The input of q, k and v: activation type <c>[M, D]</c>.</summary>
    public DeviceTensor NormForAttention(LayerWeights weights, DeviceTensor x)
    {
        DeviceTensor normed = Workspace.Normed.Slice(0, x.Rows);
        _queue.RmsNorm(x, weights.AttentionNorm, _epsilon, normed, weights.AttentionOrder);
        return normed;
    }

    /// <summary>The input of the output projection: activation type <c>[M, H·h]</c>.</summary>
    public DeviceTensor Attend(int layer, LayerWeights weights, DeviceTensor normed, in TokenRows rows, KvCacheLayer cache)
    {
        AttentionShape shape = _attention[layer];
        DeviceTensor qkv = Workspace.Qkv.Slice(0, normed.Rows);
        DeviceTensor queries = Workspace.Queries.Slice(0, normed.Rows);
        DeviceTensor attention = Workspace.Attention.Slice(0, normed.Rows);
        _queue.Linear(normed, weights.Qkv, weights.QkvBias, qkv, LinearOutput.Store);
        _queue.RotateAndStore(qkv, shape, weights.QueryKeyNorm, _rope, rows, cache, queries);
        _queue.TreeAttention(queries, shape, rows, cache, attention, weights.OutputPlaces);
        return attention;
    }

    /// <summary>Adds what attention has found to the residual stream.</summary>
    public void AddAttention(LayerWeights weights, DeviceTensor attention, DeviceTensor x)
        => _queue.Linear(attention, weights.Output, weights.OutputBias, x, LinearOutput.Accumulate);

    /// <summary>The input of gate and up: activation type <c>[M, D]</c>.</summary>
    public DeviceTensor NormForMlp(LayerWeights weights, DeviceTensor x)
    {
        DeviceTensor normed = Workspace.Normed.Slice(0, x.Rows);
        _queue.RmsNorm(x, weights.MlpNorm, _epsilon, normed, weights.MlpOrder);
        return normed;
    }

    /// <summary>The input of down: activation type <c>[M, F]</c>.</summary>
    public DeviceTensor Gate(LayerWeights weights, DeviceTensor normed)
    {
        DeviceTensor gated = Workspace.Gated.Slice(0, normed.Rows);
        _queue.SwiGlu(normed, weights.Gate, weights.Up, gated);
        return gated;
    }

    /// <summary>Adds the MLP's result to the residual stream.</summary>
    public void AddMlp(LayerWeights weights, DeviceTensor gated, DeviceTensor x)
        => _queue.Linear(gated, weights.Down, null, x, LinearOutput.Accumulate);

    /// <summary>The final norm, before the output head.</summary>
    public DeviceTensor NormForHead(DeviceTensor weight, DeviceTensor? order, DeviceTensor x)
    {
        DeviceTensor normed = Workspace.Normed.Slice(0, x.Rows);
        _queue.RmsNorm(x, weight, _epsilon, normed, order);
        return normed;
    }

    public void Dispose() => _memory.Dispose();

    private void UploadRopeTable(ComputeDevice device, ModelConfig config, DeviceBuffer table)
    {
        const int Portion = 1024;
        int columns = config.HeadDim;
        using PinnedBuffer staging = device.AllocatePinned((long)Portion * columns * sizeof(float), "the RoPE table");
        for (int first = 0; first < _rope.Rows; first += Portion)
        {
            int count = Math.Min(Portion, _rope.Rows - first);
            RopeTable.Fill(config, first, count, staging.As<float>(count * columns));
            _queue.CopyToDevice(staging, 0, table, (long)first * columns * sizeof(float), (long)count * columns * sizeof(float));
            _queue.Synchronize();
        }
    }
}
