using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// How one layer's weights lie in one contiguous block of bytes: pieces in the order in which a pass uses them, each
/// on a 256-byte boundary. All layers of a model have the same layout, so a block that one layer leaves fits the next.
/// </summary>
public sealed class LayerBlob
{
    private readonly List<BlobPiece> _pieces = [];
    private readonly ComputeDevice _device;
    private readonly ModelConfig _config;
    private readonly BlobPiece _attentionNorm;
    private readonly BlobPiece _qkv;
    private readonly BlobPiece? _qkvBias;
    private readonly BlobPiece? _queryNorm;
    private readonly BlobPiece? _keyNorm;
    private readonly BlobPiece _output;
    private readonly BlobPiece? _outputBias;
    private readonly BlobPiece _mlpNorm;
    private readonly BlobPiece _gate;
    private readonly BlobPiece _up;
    private readonly BlobPiece _down;

    /// <summary>Lays out layer <paramref name="layer"/> of a checkpoint; checks every tensor's presence, shape and type.</summary>
    /// <exception cref="Loaders.ModelFormatException">A tensor is missing or wrong.</exception>
    public LayerBlob(ComputeDevice device, ModelConfig config, TensorStore tensors, int layer)
    {
        _device = device;
        _config = config;
        int hidden = config.HiddenSize;
        int queryRows = config.QueryHeads * config.HeadDim;
        int kvRows = config.KvHeads * config.HeadDim;
        WeightSource Matrix(string name, int rows, int columns) => WeightSource.Matrix(tensors, name, rows, columns);
        WeightSource Vector(string name, int length) => WeightSource.Vector(tensors, name, length);

        _attentionNorm = AddVector(Vector(TensorNames.InputNorm(layer), hidden));
        _qkv = AddMatrix(
            Matrix(TensorNames.QueryWeight(layer), queryRows, hidden),
            Matrix(TensorNames.KeyWeight(layer), kvRows, hidden),
            Matrix(TensorNames.ValueWeight(layer), kvRows, hidden));
        if (config.QkvBias)
        {
            _qkvBias = AddVector(
                Vector(TensorNames.QueryBias(layer), queryRows),
                Vector(TensorNames.KeyBias(layer), kvRows),
                Vector(TensorNames.ValueBias(layer), kvRows));
        }

        if (config.QueryKeyNorm)
        {
            _queryNorm = AddVector(Vector(TensorNames.QueryNorm(layer), config.HeadDim));
            _keyNorm = AddVector(Vector(TensorNames.KeyNorm(layer), config.HeadDim));
        }

        _output = AddMatrix(Matrix(TensorNames.OutputWeight(layer), hidden, queryRows));
        _outputBias = config.OutputBias ? AddVector(Vector(TensorNames.OutputBias(layer), hidden)) : null;
        _mlpNorm = AddVector(Vector(TensorNames.PostAttentionNorm(layer), hidden));
        _gate = AddMatrix(Matrix(TensorNames.GateWeight(layer), config.IntermediateSize, hidden));
        _up = AddMatrix(Matrix(TensorNames.UpWeight(layer), config.IntermediateSize, hidden));
        _down = AddMatrix(Matrix(TensorNames.DownWeight(layer), hidden, config.IntermediateSize));
    }

    /// <summary>Bytes of the whole blob.</summary>
    public long Bytes { get; private set; }

    /// <summary>All pieces, in the order of their offsets.</summary>
    public IReadOnlyList<BlobPiece> Pieces => _pieces;

    /// <summary>True if <paramref name="other"/> puts every piece where this layout does.</summary>
    public bool HasSameLayout(LayerBlob other) =>
        Bytes == other.Bytes
        && _pieces.Select(p => (p.Offset, p.Shape)).SequenceEqual(other._pieces.Select(p => (p.Offset, p.Shape)));

    /// <summary>The weights of a blob that lies in <paramref name="buffer"/> from <paramref name="offset"/>.</summary>
    public LayerWeights At(DeviceBuffer buffer, long offset) => new(
        _attentionNorm.Vector(buffer, offset),
        _qkv.Matrix(buffer, offset),
        _qkvBias?.Vector(buffer, offset),
        _queryNorm is null
            ? null
            : new QueryKeyNorm(_queryNorm.Vector(buffer, offset), _keyNorm!.Vector(buffer, offset), (float)_config.RmsNormEpsilon),
        _output.Matrix(buffer, offset),
        _outputBias?.Vector(buffer, offset),
        _mlpNorm.Vector(buffer, offset),
        _gate.Matrix(buffer, offset),
        _up.Matrix(buffer, offset),
        _down.Matrix(buffer, offset));

    private BlobPiece AddMatrix(params WeightSource[] sources)
    {
        if (sources.FirstOrDefault(s => s.Shape.Type != sources[0].Shape.Type) is { } odd)
        {
            throw new UnsupportedWeightException(
                odd.Tensor, $"is stored as {odd.Tensor.Type}, but '{sources[0].Tensor.Name}', which is multiplied with it in one go, as {sources[0].Tensor.Type}. Convert the checkpoint to one type.");
        }

        WeightShape shape = sources[0].Shape with { Rows = sources.Sum(s => s.Shape.Rows) };
        return Add(sources, shape, isVector: false, _device.PackedBytes(shape));
    }

    private BlobPiece AddVector(params WeightSource[] sources)
    {
        var shape = new WeightShape(1, sources.Sum(s => s.Shape.Columns), DType.F32);
        return Add(sources, shape, isVector: true, shape.RowBytes);
    }

    private BlobPiece Add(WeightSource[] sources, WeightShape shape, bool isVector, long bytes)
    {
        var piece = new BlobPiece(sources, shape, isVector, Bytes, bytes);
        _pieces.Add(piece);
        Bytes += DeviceBuffer.Align(bytes);
        return piece;
    }
}
