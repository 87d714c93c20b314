using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>The layers' weights as passes take them, wherever they lie: to a pass, a layer that stays and one that is streamed are the same.</summary>
internal sealed class LayerStore : IDisposable
{
    private readonly DeviceMemory _memory;
    private readonly LayerWeights?[] _resident;
    private readonly int[] _streamedIndex;

    /// <param name="device">Where they are computed with.</param>
    /// <param name="blobs">Every layer's, of one layout.</param>
    /// <param name="plan">Which of them stay.</param>
    /// <param name="load">Reads a layer's blob: to new device memory.</param>
    /// <param name="createFeed">Makes what brings the layers given, which are the streamed ones.</param>
    public LayerStore(
        ComputeDevice device, IReadOnlyList<LayerBlob> blobs, ResidencyPlan plan, Func<int, DeviceBuffer> load, Func<ComputeQueue, IReadOnlyList<int>, ILayerFeed> createFeed)
    {
        Plan = plan;
        _memory = new DeviceMemory(device);
        _resident = new LayerWeights?[blobs.Count];
        _streamedIndex = new int[blobs.Count];
        List<int> streamed = [];
        for (int layer = 0; layer < blobs.Count; layer++)
        {
            int number = layer;
            if (plan.IsStreamed(layer))
            {
                _streamedIndex[layer] = streamed.Count;
                streamed.Add(layer);
            }
            else
            {
                _resident[layer] = blobs[layer].At(_memory.Own(() => load(number)), 0);
            }
        }

        Streamer = plan.StreamedLayers == 0 ? null : _memory.Own(() => new LayerStreamer(device, copies => createFeed(copies, streamed), blobs[0], plan.Slots, plan.CopiesAhead));
    }

    public ResidencyPlan Plan { get; }

    /// <summary>Null: nothing streams.</summary>
    public LayerStreamer? Streamer { get; }

    /// <summary>L.</summary>
    public int Count => _resident.Length;

    /// <summary>The first layer that stays; −1: none does.</summary>
    public int FirstResident => Array.FindIndex(_resident, layer => layer is not null);

    /// <inheritdoc cref="LayerStreamer.BeginPass"/>
    public void BeginPass(ComputeQueue queue) => Streamer?.BeginPass(queue);

    /// <summary>A layer's weights. What computes with a group of them is queued between <see cref="Await"/> and <see cref="Release"/> of it.</summary>
    public LayerWeights Weights(int layer) => _resident[layer] ?? Streamer!.Weights(_streamedIndex[layer]);

    /// <inheritdoc cref="LayerStreamer.Await"/>
    public void Await(int layer, WeightGroup group, ComputeQueue queue)
    {
        if (_resident[layer] is null)
        {
            Streamer!.Await(_streamedIndex[layer], group, queue);
        }
    }

    /// <inheritdoc cref="LayerStreamer.Release"/>
    public void Release(int layer, WeightGroup group, ComputeQueue queue)
    {
        if (_resident[layer] is null)
        {
            Streamer!.Release(_streamedIndex[layer], group, queue);
        }
    }

    public void Dispose() => _memory.Dispose();
}
