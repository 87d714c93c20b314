using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Puts a model's streamed layers where they are to wait, and makes what brings them.</summary>
/// <param name="device">Where they go.</param>
/// <param name="options">Where they wait.</param>
/// <param name="layerBytes">Of a blob.</param>
/// <param name="layers">Of the model.</param>
/// <param name="pack">Packs a layer to new pinned memory.</param>
/// <param name="description">Everything that decides what is in the layers.</param>
/// <param name="cancellation">Between two portions.</param>
internal sealed class FeedBuilder(
    ComputeDevice device,
    StorageOptions options,
    long layerBytes,
    int layers,
    Func<int, PinnedBuffer> pack,
    string description,
    CancellationToken cancellation)
{
    private Pacer? Pace { get; } = options.LinkLimit is { } limit ? Pacer.Of(limit) : null;

    /// <summary>Where they came to wait.</summary>
    public HostLayers Places { get; private set; }

    /// <param name="copies">The queue of the copies.</param>
    /// <param name="streamed">Which layers.</param>
    /// <exception cref="DeviceOutOfMemoryException">Main memory does not hold them.</exception>
    /// <exception cref="PackedFileException">The file cannot be written or read.</exception>
    public ILayerFeed Build(ComputeQueue copies, IReadOnlyList<int> streamed)
    {
        if (device.HoldsData && options.Resolve(streamed.Count * layerBytes) == WeightPlace.Disk)
        {
            PackedLayersFile file = OpenFile();
            Places = new HostLayers(0, 0, streamed.Count);
            return new StagedFeed(device, copies, new DiskLayers(file, streamed), Pace);
        }

        RequireMemory(streamed.Count);
        var memory = new MemoryLayers();
        try
        {
            Fill(memory, streamed);
            Places = new HostLayers(memory.PinnedLayers.Count, memory.PageableLayers, 0);
            return memory.PageableLayers == 0 && Pace is null ? new PinnedFeed(copies, memory.PinnedLayers) : new StagedFeed(device, copies, memory, Pace);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Pins as many as the system allows. The last of them is given up where one is refused, to pack the others in and for the ring.</summary>
    private void Fill(MemoryLayers memory, IReadOnlyList<int> streamed)
    {
        foreach (int layer in streamed)
        {
            if (memory.PageableLayers == 0)
            {
                try
                {
                    memory.Add(pack(layer));
                    continue;
                }
                catch (DeviceOutOfMemoryException) when (memory.PinnedLayers.Count > 0 && device.PinnedMemoryIsScarce)
                {
                    memory.GiveUpLast();
                }
            }

            using PinnedBuffer packed = pack(layer);
            memory.AddPageable(packed);
        }
    }

    /// <summary>Memory that is promised and not there would end the program without a word.</summary>
    private void RequireMemory(int count)
    {
        if (device.HoldsData && count * layerBytes > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            throw new DeviceOutOfMemoryException("main memory (system RAM, not VRAM)", $"{count} streamed layers; --weights disk keeps them in a file", count * layerBytes);
        }
    }

    private PackedLayersFile OpenFile()
    {
        var header = new PackedHeader(PackedHeader.KeyOf($"{device.LayoutName}\n{layers} x {layerBytes}\n{description}"), layers, layerBytes);
        string path = Path.Combine(options.Folder, $"{header.Key[..32]}.layers");
        if (PackedLayersFile.TryOpen(path, header) is { } ready)
        {
            return ready;
        }

        PinnedBuffer? last = null;
        try
        {
            PackedLayersWriter.Write(
                path,
                header,
                layer =>
                {
                    last?.Dispose();
                    last = null;
                    return last = pack(layer);
                },
                cancellation);
        }
        finally
        {
            last?.Dispose();
        }

        return PackedLayersFile.TryOpen(path, header) ?? throw new PackedFileException(path, "was written, but cannot be read again. Is its disk in order?");
    }
}
