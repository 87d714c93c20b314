using SpecExecNative.Engine.Offload;
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
    private readonly BlobPiece? _attentionOrder;
    private readonly BlobPiece? _outputPlaces;
    private readonly BlobPiece? _mlpOrder;

    /// <summary>Lays out layer <paramref name="layer"/> of a model; checks every tensor's presence, shape and type.</summary>
    /// <exception cref="Loaders.ModelFormatException">A tensor is missing or wrong.</exception>
    public LayerBlob(ComputeDevice device, WeightCatalog model, int layer)
    {
        ModelConfig config = model.Config;
        _device = device;
        _config = config;
        int hidden = config.HiddenSize;
        int queryRows = config.QueryHeads * config.HeadDim;
        int kvRows = config.KvHeads * config.HeadDim;
        WeightSource Matrix(string name, int rows, int columns) => model.Matrix(name, rows, columns);
        WeightSource Vector(string name, int length) => model.Vector(name, length);

        WeightSource[] qkv =
        [
            Matrix(TensorNames.QueryWeight(layer), queryRows, hidden),
            Matrix(TensorNames.KeyWeight(layer), kvRows, hidden),
            Matrix(TensorNames.ValueWeight(layer), kvRows, hidden),
        ];
        WeightSource output = Matrix(TensorNames.OutputWeight(layer), hidden, queryRows);
        WeightSource gate = Matrix(TensorNames.GateWeight(layer), config.IntermediateSize, hidden);
        WeightSource up = Matrix(TensorNames.UpWeight(layer), config.IntermediateSize, hidden);
        WeightSource down = Matrix(TensorNames.DownWeight(layer), hidden, config.IntermediateSize);

        // All layers have room for an order if any may have one.
        bool hasOrders = config.Quantization?.HasActOrder ?? false;
        _attentionNorm = AddVector(Vector(TensorNames.InputNorm(layer), hidden));
        _attentionOrder = hasOrders ? AddIndices(InputOrder.Shared(qkv) ?? InputOrder.Natural(hidden)) : null;
        _qkv = AddMatrix(qkv);
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

        _outputPlaces = hasOrders ? AddIndices(InputOrder.PlacesOf(output.Int4?.ReadOrder() ?? InputOrder.Natural(queryRows))) : null;
        _output = AddMatrix(output);
        _outputBias = config.OutputBias ? AddVector(Vector(TensorNames.OutputBias(layer), hidden)) : null;
        _mlpNorm = AddVector(Vector(TensorNames.PostAttentionNorm(layer), hidden));
        _mlpOrder = hasOrders ? AddIndices(InputOrder.Shared(gate, up) ?? InputOrder.Natural(hidden)) : null;
        RequireAlike(up, gate);
        int[]? downOrder = down.Int4?.ReadOrder();
        _gate = AddMatrix(downOrder, gate);
        _up = AddMatrix(downOrder, up);
        _down = AddMatrix(down);
    }

    /// <summary>Bytes of the whole blob.</summary>
    public long Bytes { get; private set; }

    /// <summary>All pieces, in the order of their offsets.</summary>
    public IReadOnlyList<BlobPiece> Pieces => _pieces;

    /// <summary>Where a group's bytes lie: groups follow one another without a gap.</summary>
    internal ByteRange RangeOf(WeightGroup group) => group switch
    {
        WeightGroup.Attention => new ByteRange(0, _mlpNorm.Offset),
        WeightGroup.GateUp => new ByteRange(_mlpNorm.Offset, _down.Offset - _mlpNorm.Offset),
        _ => new ByteRange(_down.Offset, Bytes - _down.Offset),
    };

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
        _down.Matrix(buffer, offset))
    {
        AttentionOrder = _attentionOrder?.IndexVector(buffer, offset),
        OutputPlaces = _outputPlaces?.IndexVector(buffer, offset),
        MlpOrder = _mlpOrder?.IndexVector(buffer, offset),
    };

    private BlobPiece AddMatrix(params WeightSource[] sources)
    {
        foreach (WeightSource source in sources)
        {
            RequireAlike(source, sources[0]);
        }

        WeightShape shape = sources[0].Shape with { Rows = sources.Sum(s => s.Shape.Rows) };
        return Add(new BlobPiece(sources, shape, IsVector: false, Bytes, _device.PackedBytes(shape)));
    }

    /// <param name="rowOrder">Row i of the piece is this row of the source; null: its own.</param>
    /// <param name="source">The only one.</param>
    private BlobPiece AddMatrix(int[]? rowOrder, WeightSource source)
        => Add(new BlobPiece([source], source.Shape, IsVector: false, Bytes, _device.PackedBytes(source.Shape)) { RowOrder = rowOrder });

    private BlobPiece AddVector(params WeightSource[] sources)
    {
        var shape = new WeightShape(1, sources.Sum(s => s.Shape.Columns), DType.F32);
        return Add(new BlobPiece(sources, shape, IsVector: true, Bytes, shape.RowBytes));
    }

    private BlobPiece AddIndices(int[] indices)
    {
        var shape = new WeightShape(1, indices.Length, DType.I32);
        return Add(new BlobPiece([], shape, IsVector: true, Bytes, shape.RowBytes) { Indices = indices });
    }

    private BlobPiece Add(BlobPiece piece)
    {
        _pieces.Add(piece);
        Bytes += DeviceBuffer.Align(piece.Bytes);
        return piece;
    }

    private static void RequireAlike(WeightSource source, WeightSource other)
    {
        if (source.Shape.Type != other.Shape.Type || source.Shape.Groups != other.Shape.Groups)
        {
            throw new UnsupportedWeightException(
                source.FilePath,
                source.Name,
                $"is stored as {Text(source.Shape)}, but '{other.Name}', which is multiplied with it in one go, as {Text(other.Shape)}. Convert the checkpoint to one type.");
        }
    }

    private static string Text(WeightShape shape) => shape.Type == DType.Int4 ? $"Int4 in groups of {shape.Groups.Size}" : shape.Type.ToString();
}
