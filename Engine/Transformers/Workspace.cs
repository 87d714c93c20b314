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
    private readonly List<DeviceBuffer> _chunkBuffers = [];
    private DeviceBuffer? _residual;
    private DeviceBuffer? _gathered;

    public Workspace(ComputeDevice device, ModelConfig config, int chunkRows)
    {
        _device = device;
        _config = config;
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

    /// <summary>F32 <c>[rows, D]</c>: the residual stream. Its memory grows to the largest pass seen.</summary>
    public DeviceTensor Residual(int rows) => Grown(ref _residual, rows, "the residual stream");

    /// <summary>F32 <c>[rows, D]</c>: rows picked from the residual stream.</summary>
    public DeviceTensor Gathered(int rows) => Grown(ref _gathered, rows, "gathered rows");

    public void Dispose()
    {
        _residual?.Dispose();
        _gathered?.Dispose();
        _chunkBuffers.ForEach(b => b.Dispose());
    }

    private DeviceTensor Allocate(DType type, int columns)
    {
        DeviceBuffer buffer = _device.Allocate((long)ChunkRows * columns * type.Bytes(), "activations");
        _chunkBuffers.Add(buffer);
        return buffer.AsTensor(type, ChunkRows, columns);
    }

    private DeviceTensor Grown(ref DeviceBuffer? buffer, int rows, string purpose)
    {
        long rowBytes = (long)_config.HiddenSize * sizeof(float);
        if (buffer is null || buffer.Bytes < rows * rowBytes)
        {
            buffer?.Dispose();
            buffer = null;
            buffer = _device.Allocate(Math.Max(rows, ChunkRows) * rowBytes, purpose);
        }

        return buffer.AsTensor(DType.F32, rows, _config.HiddenSize);
    }
}
