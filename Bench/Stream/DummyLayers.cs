using SpecExecNative.Engine.Offload;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Bench.Stream;

/// <summary>Layers of random bytes in pinned memory, a ring that they come through, and work of a length that can be chosen.</summary>
internal sealed class DummyLayers : IDisposable
{
    private const int Layers = 8;
    private const int Slots = 2;
    private const int HeadDim = 64;
    private const int WorkRows = 16;

    private static readonly WeightGroup[] Groups = Enum.GetValues<WeightGroup>();

    private readonly DeviceMemory _memory;
    private readonly ComputeQueue _queue;
    private readonly LayerStreamer _streamer;
    private readonly Action _work;

    /// <param name="device">Where they go.</param>
    /// <param name="layerBytes">Of a layer, about.</param>
    public DummyLayers(ComputeDevice device, long layerBytes)
    {
        _memory = new DeviceMemory(device);
        _queue = _memory.Own(() => device.CreateQueue("work"));
        LayerBlob layout = null!;
        _memory.Guard(() => layout = new LayerBlob(device, WeightCatalog.Generated(Shape(layerBytes), "dummy layers"), 0));
        _streamer = _memory.Own(() => new LayerStreamer(device, copies => new PinnedFeed(copies, Pinned(device, layout.Bytes)), layout, Slots));
        _work = Work(device);
    }

    /// <summary>What crosses the link in a pass.</summary>
    public long BytesPerPass => _streamer.BytesPerPass;

    /// <summary>A pass: every group of every layer is awaited, worked for so many times, and given back.</summary>
    public void Pass(int workPerGroup)
    {
        _streamer.BeginPass(_queue);
        for (int layer = 0; layer < Layers; layer++)
        {
            foreach (WeightGroup group in Groups)
            {
                _streamer.Await(layer, group, _queue);
                Repeat(workPerGroup);
                _streamer.Release(layer, group, _queue);
            }
        }

        _queue.Synchronize();
    }

    /// <summary>The work of a pass without the layers.</summary>
    public void Compute(int workPerGroup)
    {
        Repeat(Layers * Groups.Length * workPerGroup);
        _queue.Synchronize();
    }

    /// <summary>How often to work for each group so that a pass's work takes about so long.</summary>
    /// <param name="seconds">Of a pass.</param>
    /// <param name="time">Measures an action's seconds.</param>
    public int WorkFor(double seconds, Func<Action, double> time)
    {
        const int Tried = 32;
        _streamer.Settle();
        double once = time(() =>
        {
            Repeat(Tried);
            _queue.Synchronize();
        }) / Tried;
        return Math.Max(1, (int)Math.Round(seconds / (Layers * Groups.Length * once)));
    }

    /// <summary>Copies under way would disturb what is measured without them.</summary>
    public void Settle() => _streamer.Settle();

    public void Dispose() => _memory.Dispose();

    private void Repeat(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _work();
        }
    }

    /// <summary>A small product, over and over: it leaves the device's memory to the copies.</summary>
    private Action Work(ComputeDevice device)
    {
        const int Side = 256;
        var shape = new WeightShape(Side, Side, DType.F16);
        var weight = new WeightMatrix(_memory.Allocate(device.PackedBytes(shape), "work"), 0, shape);
        DeviceTensor input = _memory.Allocate(WorkRows * Side * device.ActivationType.Bytes(), "work").AsTensor(device.ActivationType, WorkRows, Side);
        DeviceTensor output = _memory.Allocate(WorkRows * Side * sizeof(float), "work").AsTensor(DType.F32, WorkRows, Side);
        Clear(device, weight.Buffer);
        Clear(device, input.Buffer);
        return () => _queue.Linear(input, weight, null, output, LinearOutput.Store);
    }

    private void Clear(ComputeDevice device, DeviceBuffer buffer)
    {
        using PinnedBuffer zeros = device.AllocatePinned(buffer.Bytes, "work");
        zeros.Span(0, (int)buffer.Bytes).Clear();
        _queue.CopyToDevice(zeros, 0, buffer, 0, buffer.Bytes);
        _queue.Synchronize();
    }

    private static PinnedBuffer[] Pinned(ComputeDevice device, long bytes)
    {
        var memory = new List<PinnedBuffer>();
        try
        {
            while (memory.Count < Layers)
            {
                memory.Add(device.AllocatePinned(bytes, $"dummy layer {memory.Count}"));
                new Random(memory.Count).NextBytes(memory[^1].Span(0, (int)bytes));
            }

            return [.. memory];
        }
        catch
        {
            memory.ForEach(buffer => buffer.Dispose());
            throw;
        }
    }

    /// <summary>Four times as wide within as without: 16 D² weights of 2 bytes.</summary>
    private static ModelConfig Shape(long layerBytes)
    {
        const int Wide = 4;
        const int BytesPerSquare = 16 * 2;
        int heads = Math.Max(1, (int)(Math.Sqrt((double)layerBytes / BytesPerSquare) / HeadDim));
        int hidden = heads * HeadDim;
        return new ModelConfig
        {
            Architecture = ModelArchitecture.Llama,
            VocabularySize = 1,
            HiddenSize = hidden,
            IntermediateSize = Wide * hidden,
            Layers = Layers,
            QueryHeads = heads,
            KvHeads = heads,
            HeadDim = HeadDim,
            RmsNormEpsilon = 1e-5,
            RopeTheta = 10_000,
            MaxPositionEmbeddings = 1,
            SlidingWindows = new int?[Layers],
        };
    }
}
