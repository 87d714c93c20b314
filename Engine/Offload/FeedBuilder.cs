using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Puts a model's streamed layers where they are to wait, and makes what brings them.</summary>
/// <param name="device">Where they go.</param>
/// <param name="options">Where they wait.</param>
/// <param name="supply">Gives the layers; owned by the caller, who keeps it for as long as this builds.</param>
/// <param name="kept">Told of each layer that waits in memory.</param>
internal sealed class FeedBuilder(ComputeDevice device, StorageOptions options, LayerSupply supply, Action kept)
{
    private Pacer? Pace { get; } = options.LinkLimit is { } limit ? Pacer.Of(limit) : null;

    /// <summary>Where they came to wait.</summary>
    public HostLayers Places { get; private set; }

    /// <param name="copies">The queue of the copies.</param>
    /// <param name="streamed">Which layers.</param>
    /// <exception cref="DeviceOutOfMemoryException">Main memory does not hold them.</exception>
    /// <exception cref="PackedFileException">The file cannot be read.</exception>
    public ILayerFeed Build(ComputeQueue copies, IReadOnlyList<int> streamed)
    {
        if (supply.StreamsFromDisk)
        {
            Places = new HostLayers(0, 0, streamed.Count);
            return new StagedFeed(device, copies, new DiskLayers(supply.TakeFile(), streamed), Pace);
        }

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

    /// <summary>
    /// Pins as many as the system allows, and no more than are asked for. The last of them is given up where one is refused, to pack the others
    /// in and for the ring. While one is packed, memory for the next is being brought in: the system takes its time with that.
    /// </summary>
    private void Fill(MemoryLayers memory, IReadOnlyList<int> streamed)
    {
        int pinned = (int)PinnedLayers(streamed.Count);
        Task<PinnedBuffer>? next = pinned > 0 ? Allocate(streamed[0]) : null;
        try
        {
            for (int i = 0; i < pinned && next is not null; i++)
            {
                Task<PinnedBuffer> current = next;
                next = null;
                PinnedBuffer buffer;
                try
                {
                    buffer = current.GetAwaiter().GetResult();
                }
                catch (DeviceOutOfMemoryException) when (memory.PinnedLayers.Count > 0 && device.PinnedMemoryIsScarce)
                {
                    memory.GiveUpLast();
                    break;
                }

                memory.Add(buffer);
                next = i + 1 < pinned ? Allocate(streamed[i + 1]) : null;
                supply.Fill(streamed[i], buffer);
                kept();
            }
        }
        finally
        {
            Release(next);
        }

        FillPageable(memory, streamed);
    }

    private void FillPageable(MemoryLayers memory, IReadOnlyList<int> streamed)
    {
        if (memory.Count == streamed.Count)
        {
            return;
        }

        using PinnedBuffer packed = device.AllocatePinned(supply.LayerBytes, "packing of layers");
        while (memory.Count < streamed.Count)
        {
            supply.Fill(streamed[memory.Count], packed);
            memory.AddPageable(packed);
            kept();
        }
    }

    private Task<PinnedBuffer> Allocate(int layer) => Task.Run(() => device.AllocatePinned(supply.LayerBytes, $"layer {layer}"));

    /// <summary>Memory that was brought in for nothing, as another layer failed.</summary>
    private static void Release(Task<PinnedBuffer>? task)
    {
        if (task is null)
        {
            return;
        }

        try
        {
            task.GetAwaiter().GetResult().Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The first error is on its way.
        }
    }

    private long PinnedLayers(int count) => options.PinnedBytes is { } limit ? Math.Min(count, limit / supply.LayerBytes) : count;
}
