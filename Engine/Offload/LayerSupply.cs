using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>
/// A model's layers, packed as the device wants them: from the checkpoint, or from the file that an earlier start, or this one, has put them
/// in. Where streamed layers wait on disk, that file is what they wait in.
/// </summary>
internal sealed class LayerSupply : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly StorageOptions _options;
    private readonly Action<int, PinnedBuffer> _pack;
    private readonly CancellationToken _cancellation;
    private PackedLayersFile? _file;

    /// <param name="device">Where they go.</param>
    /// <param name="options">Where they wait.</param>
    /// <param name="layerBytes">Of a blob.</param>
    /// <param name="plan">How many there are, and which are streamed.</param>
    /// <param name="pack">Packs a layer from the checkpoint.</param>
    /// <param name="packed">Told of each layer that was packed to a file.</param>
    /// <param name="description">Everything that decides what is in the layers.</param>
    /// <param name="cancellation">Between two layers.</param>
    /// <exception cref="PackedFileException">A file is wanted, and cannot be written or read.</exception>
    /// <exception cref="DeviceOutOfMemoryException">Main memory cannot hold the layers that are to wait there.</exception>
    public LayerSupply(
        ComputeDevice device,
        StorageOptions options,
        long layerBytes,
        ResidencyPlan plan,
        Action<int, PinnedBuffer> pack,
        Action packed,
        string description,
        CancellationToken cancellation)
    {
        (_device, _options, _pack, _cancellation) = (device, options, pack, cancellation);
        LayerBytes = layerBytes;
        StreamsFromDisk = device.HoldsData && plan.StreamedLayers > 0 && options.Resolve(plan.StreamedLayers * layerBytes) == WeightPlace.Disk;
        if (device.HoldsData && !StreamsFromDisk)
        {
            RequireMemory(plan.StreamedLayers, options.MemoryBytes ?? MainMemory.UsableBytes);
        }

        if (StreamsFromDisk || (device.HoldsData && options.KeepsPacked))
        {
            _file = OpenFile(new PackedHeader(PackedHeader.KeyOf($"{device.LayoutName}\n{plan.Layers} x {layerBytes}\n{description}"), plan.Layers, layerBytes), packed);
        }
    }

    /// <summary>Of a blob.</summary>
    public long LayerBytes { get; }

    /// <summary>Streamed layers wait in the file.</summary>
    public bool StreamsFromDisk { get; }

    /// <summary>The layers were packed by an earlier start.</summary>
    public bool WasReady { get; private set; }

    /// <summary>Writes a layer's blob.</summary>
    /// <exception cref="PackedFileException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">So it was.</exception>
    public void Fill(int layer, PinnedBuffer destination)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_file is null)
        {
            _pack(layer, destination);
        }
        else
        {
            _file.ReadLayer(layer, destination);
        }
    }

    /// <summary>The file, the caller's from here on.</summary>
    public PackedLayersFile TakeFile()
    {
        PackedLayersFile file = _file!;
        _file = null;
        return file;
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Memory that is promised and not there would end the program without a word.</summary>
    private void RequireMemory(int count, long room)
    {
        long bytes = count * LayerBytes;
        if (bytes > room)
        {
            throw new DeviceOutOfMemoryException("main memory (system RAM, not VRAM)", $"{count} streamed layers; --weights disk keeps them in a file", bytes) { IsHost = true };
        }
    }

    private PackedLayersFile OpenFile(PackedHeader header, Action packed)
    {
        string path = Path.Combine(_options.Folder, $"{header.Key[..32]}{PackedHeader.Extension}");
        if (PackedLayersFile.TryOpen(path, header) is { } ready)
        {
            WasReady = true;
            return ready;
        }

        using PinnedBuffer blob = _device.AllocatePinned(LayerBytes, "packing of layers");
        PackedLayersWriter.Write(
            path,
            header,
            layer =>
            {
                _pack(layer, blob);
                packed();
                return blob;
            },
            _cancellation);
        return PackedLayersFile.TryOpen(path, header) ?? throw new PackedFileException(path, "was written, but cannot be read again. Is its disk in order?");
    }
}
