using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// Activations of a forward pass. The residual stream holds all of a pass's rows; everything between two residual
/// additions is computed for a chunk of rows at a time, so that its memory does not grow with the prompt.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly ModelConfig _config;
    private readonly DeviceMemory _chunkMemory;
    private DeviceBuffer? _residual;

    public Workspace(ComputeDevice device, ModelConfig config, int chunkRows)
    {
        _device = device;
        _config = config;
        _chunkMemory = new DeviceMemory(device);
        ChunkRows = chunkRows;
        int queryColumns = config.QueryHeads * config.HeadDim;
        DType type = device.ActivationType;
        Normed = Allocate(type, config.HiddenSize);
        Qkv = Allocate(DType.F32, queryColumns + (2 * config.KvHeads * config.HeadDim));
        Queries = Allocate(type, queryColumns);
        Attention = Allocate(type, queryColumns);
        Gated = Allocate(type, config.IntermediateSize);
    }

    /// <summary>Rows of a chunk.</summary>
    public int ChunkRows { get; }

    /// <summary>Activation type <c>[chunk, D]</c>.</summary>
    public DeviceTensor Normed { get; }

    /// <summary>F32 <c>[chunk, (H + 2G)·h]</c>.</summary>
    public DeviceTensor Qkv { get; }

    /// <summary>Activation type <c>[chunk, H·h]</c>.</summary>
    public DeviceTensor Queries { get; }

    /// <summary>Activation type <c>[chunk, H·h]</c>.</summary>
    public DeviceTensor Attention { get; }

    /// <summary>Activation type <c>[chunk, F]</c>.</summary>
    public DeviceTensor Gated { get; }

    /// <summary>Changes when the residual stream's memory moves.</summary>
    public int Version { get; private set; }

    /// <summary>F32 <c>[rows, D]</c>: the residual stream. Its memory grows to the largest pass seen; no pass may be under way.</summary>
    public DeviceTensor Residual(int rows)
    {
        long bytes = Math.Max(rows, ChunkRows) * (long)_config.HiddenSize * sizeof(float);
        if (_residual is null || _residual.Bytes < bytes)
        {
            _residual?.Dispose();
            _residual = null;
            _residual = _device.Allocate(bytes, "the residual stream");
            Version++;
        }

        return _residual.AsTensor(DType.F32, rows, _config.HiddenSize);
    }

    public void Dispose()
    {
        _residual?.Dispose();
        _chunkMemory.Dispose();
    }

    private DeviceTensor Allocate(DType type, int columns)
        => _chunkMemory.Allocate((long)ChunkRows * columns * type.Bytes(), "activations").AsTensor(type, ChunkRows, columns);
}
