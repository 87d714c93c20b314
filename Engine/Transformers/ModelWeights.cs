using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>All weights of a model on its device: each layer one contiguous blob, and what stands before and after the layers.</summary>
public sealed class ModelWeights : IDisposable
{
    private readonly List<DeviceBuffer> _buffers = [];

    private ModelWeights()
    {
    }

    /// <summary><c>[V, D]</c>.</summary>
    public WeightMatrix Embedding { get; private set; }

    /// <summary>F32 <c>[1, D]</c>.</summary>
    public DeviceTensor FinalNorm { get; private set; }

    /// <summary><c>[V, D]</c>; the embedding itself where they are tied.</summary>
    public WeightMatrix Head { get; private set; }

    /// <summary>I32 <c>[1, D]</c>: the order in which the head takes its inputs; null: as they are.</summary>
    public DeviceTensor? HeadOrder { get; private set; }

    public IReadOnlyList<LayerWeights> Layers { get; private set; } = [];

    /// <summary>Checks the whole checkpoint first, then packs and copies it, one layer at a time.</summary>
    /// <exception cref="Loaders.ModelFormatException">A tensor is missing or wrong.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The model does not fit.</exception>
    public static ModelWeights Load(
        Checkpoint checkpoint, ComputeDevice device, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        ModelConfig config = checkpoint.Config;
        LayerBlob[] blobs = [.. Enumerable.Range(0, config.Layers).Select(i => new LayerBlob(device, checkpoint, i))];
        if (blobs.FirstOrDefault(b => !b.HasSameLayout(blobs[0])) is { } odd)
        {
            throw new UnsupportedWeightException(
                odd.Pieces[0].Sources[0].FilePath, odd.Pieces[0].Sources[0].Name, "belongs to a layer whose tensors are stored in other types than those of layer 0. Convert the checkpoint to one type.");
        }

        BlobPiece embedding = Whole(device, WeightSource.Matrix(checkpoint, TensorNames.Embedding, config.VocabularySize, config.HiddenSize));
        BlobPiece norm = WholeVector(WeightSource.Vector(checkpoint, TensorNames.FinalNorm, config.HiddenSize));
        BlobPiece? head = config.TieWordEmbeddings
            ? null
            : Whole(device, WeightSource.Matrix(checkpoint, TensorNames.Head, config.VocabularySize, config.HiddenSize));
        BlobPiece? headOrder = head?.Sources[0].Int4?.ReadOrder() is { } order ? Indices(order) : null;
        long total = blobs.Sum(b => b.Bytes) + embedding.Bytes + norm.Bytes + (head?.Bytes ?? 0) + (headOrder?.Bytes ?? 0);

        var weights = new ModelWeights();
        try
        {
            using ComputeQueue queue = device.CreateQueue("load");
            var upload = new WeightUpload(device, queue, new PiecePacker(device, cancellation), progress, total);
            DeviceBuffer Place(IReadOnlyList<BlobPiece> pieces, long bytes, string what)
            {
                cancellation.ThrowIfCancellationRequested();
                DeviceBuffer buffer = upload.Place(pieces, bytes, $"{what} of {checkpoint.Directory}");
                weights._buffers.Add(buffer);
                return buffer;
            }

            weights.Embedding = embedding.Matrix(Place([embedding], embedding.Bytes, "the embedding"), 0);
            weights.Layers = [.. blobs.Select((blob, i) => blob.At(Place(blob.Pieces, blob.Bytes, $"layer {i}"), 0))];
            weights.FinalNorm = norm.Vector(Place([norm], norm.Bytes, "the final norm"), 0);
            weights.Head = head is null ? weights.Embedding : head.Matrix(Place([head], head.Bytes, "the output head"), 0);
            weights.HeadOrder = headOrder?.IndexVector(Place([headOrder], headOrder.Bytes, "the output head's order"), 0);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (DeviceBuffer buffer in _buffers)
        {
            buffer.Dispose();
        }

        _buffers.Clear();
    }

    private static BlobPiece Whole(ComputeDevice device, WeightSource source)
        => new([source], source.Shape, IsVector: false, 0, device.PackedBytes(source.Shape));

    private static BlobPiece WholeVector(WeightSource source)
    {
        var shape = new WeightShape(1, source.Shape.Columns, DType.F32);
        return new BlobPiece([source], shape, IsVector: true, 0, shape.RowBytes);
    }

    private static BlobPiece Indices(int[] indices)
    {
        var shape = new WeightShape(1, indices.Length, DType.I32);
        return new BlobPiece([], shape, IsVector: true, 0, shape.RowBytes) { Indices = indices };
    }
}
