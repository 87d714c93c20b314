using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Engine.Transformers;

/// <summary>All weights of a model on its device: each layer one contiguous blob, and what stands before and after the layers.</summary>
internal sealed class ModelWeights : IDisposable
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

    /// <summary>The layers'.</summary>
    internal LayerStore Layers { get; private set; } = null!;

    /// <summary>Where the streamed ones wait.</summary>
    public HostLayers HostLayers { get; private set; }

    /// <summary>Names of 4-bit weights with zeros that other programs read otherwise (<see cref="Loaders.Quantization.Int4Matrix.HasAmbiguousZeros"/>).</summary>
    public IReadOnlyList<string> AmbiguousZeros { get; private set; } = [];

    /// <summary>Checks the whole model first, then packs and copies it, one layer at a time.</summary>
    /// <param name="model">Whose weights.</param>
    /// <param name="device">Where they go.</param>
    /// <param name="plan">Which layers stay there; null: all.</param>
    /// <param name="storage">Where the others wait.</param>
    /// <param name="progress">Told of each layer.</param>
    /// <param name="cancellation">Between two portions.</param>
    /// <exception cref="Loaders.ModelFormatException">A tensor is missing or wrong.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The model does not fit.</exception>
    public static ModelWeights Load(
        WeightCatalog model, ComputeDevice device, ResidencyPlan? plan, StorageOptions storage, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        ModelConfig config = model.Config;
        LayerBlob[] blobs = [.. Enumerable.Range(0, config.Layers).Select(i => new LayerBlob(device, model, i))];
        if (blobs.FirstOrDefault(b => !b.HasSameLayout(blobs[0])) is { } odd)
        {
            throw new UnsupportedWeightException(
                odd.Pieces[0].Sources[0].FilePath, odd.Pieces[0].Sources[0].Name, "belongs to a layer whose tensors are stored in other types than those of layer 0. Convert the checkpoint to one type.");
        }

        BlobPiece embedding = Whole(device, model.Matrix(TensorNames.Embedding, config.VocabularySize, config.HiddenSize));
        BlobPiece norm = WholeVector(model.Vector(TensorNames.FinalNorm, config.HiddenSize));
        BlobPiece? head = config.TieWordEmbeddings
            ? null
            : Whole(device, model.Matrix(TensorNames.Head, config.VocabularySize, config.HiddenSize));
        BlobPiece? headOrder = head?.Sources[0].Int4?.ReadOrder() is { } order ? Indices(order) : null;
        long total = blobs.Sum(b => b.Bytes) + embedding.Bytes + norm.Bytes + (head?.Bytes ?? 0) + (headOrder?.Bytes ?? 0);

        var weights = new ModelWeights();
        try
        {
            using ComputeQueue queue = device.CreateQueue("load");
            var packer = new PiecePacker(device, cancellation);
            var upload = new WeightUpload(device, queue, packer, progress, total);
            DeviceBuffer Place(IReadOnlyList<BlobPiece> pieces, long bytes, string what)
            {
                cancellation.ThrowIfCancellationRequested();
                DeviceBuffer buffer = upload.Place(pieces, bytes, $"{what} of {model.Name}");
                weights._buffers.Add(buffer);
                return buffer;
            }

            weights.Embedding = embedding.Matrix(Place([embedding], embedding.Bytes, "the embedding"), 0);
            plan ??= ResidencyPlan.All(config.Layers);
            using var supply = new LayerSupply(
                device,
                storage,
                blobs[0].Bytes,
                plan,
                (i, buffer) => upload.Pack(blobs[i].Pieces, buffer),
                () => upload.ReportMore(blobs[0].Bytes),
                model.Identity,
                cancellation);
            var feeds = new FeedBuilder(device, storage, supply, () => upload.Report(supply.LayerBytes));
            weights.Layers = new LayerStore(
                device,
                blobs,
                plan,
                i => upload.Place(staging => supply.Fill(i, staging), supply.LayerBytes, $"layer {i} of {model.Name}"),
                feeds.Build);
            if (supply.WasReady)
            {
                packer.Inspect(blobs.SelectMany(b => b.Pieces));
            }

            weights.HostLayers = feeds.Places;
            weights.FinalNorm = norm.Vector(Place([norm], norm.Bytes, "the final norm"), 0);
            weights.Head = head is null ? weights.Embedding : head.Matrix(Place([head], head.Bytes, "the output head"), 0);
            weights.HeadOrder = headOrder?.IndexVector(Place([headOrder], headOrder.Bytes, "the output head's order"), 0);
            weights.AmbiguousZeros = packer.AmbiguousZeros;
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
        DeviceBuffer[] buffers = [.. _buffers];
        _buffers.Clear();
        Disposal.All([Layers, .. buffers]);
    }

    /// <summary>What stands before and after the layers.</summary>
    /// <exception cref="Loaders.ModelFormatException">A tensor is missing or wrong.</exception>
    public static long OuterBytes(WeightCatalog model, ComputeDevice device)
    {
        ModelConfig config = model.Config;
        long Bytes(string name) => device.PackedBytes(model.Matrix(name, config.VocabularySize, config.HiddenSize).Shape);
        return Bytes(TensorNames.Embedding) + (config.TieWordEmbeddings ? 0 : Bytes(TensorNames.Head)) + (2L * config.HiddenSize * sizeof(float));
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
