using System.Runtime.InteropServices;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Speculation;

/// <summary>
/// What the device does for one draft step: a pass, the output head over its last rows, the best children of each, and
/// their way to the host. Steps of one shape are the same ops on the same memory; a shape that comes back is captured and
/// from then on asked for with a single call, which is what makes small steps on a GPU worth it.
/// </summary>
internal sealed class DraftStep : IDisposable
{
    /// <summary>Steps come in as many sizes as a batch may have, and roots in as many as a path may be long.</summary>
    private const int MaxCapturedShapes = 192;

    private readonly Transformer _model;
    private readonly KvCache _cache;
    private readonly int _vocabulary;
    private readonly int _width;
    private readonly float _temperature;
    private readonly DeviceMemory _memory;
    private readonly DeviceBuffer _logits;
    private readonly Mailbox _children;
    private readonly int _logProbabilitiesOffset;
    private readonly Dictionary<Shape, CapturedWork?> _shapes = [];
    private int _memoryVersion;
    private TokenRows _rows;
    private int _expanded;
    private CancellationToken _cancellation;

    /// <param name="model">The draft.</param>
    /// <param name="cache">Its keys and values.</param>
    /// <param name="options">Most nodes of a step, temperature.</param>
    /// <param name="vocabulary">Tokens that may be proposed.</param>
    /// <param name="width">Children per node.</param>
    public DraftStep(Transformer model, KvCache cache, TreeOptions options, int vocabulary, int width)
    {
        _model = model;
        _cache = cache;
        _vocabulary = vocabulary;
        _width = width;
        _temperature = options.LearnsDraftTemperature ? 1 : (float)options.DraftTemperature;
        int nodes = options.LargestBatch;
        _logProbabilitiesOffset = checked((int)DeviceBuffer.Align((long)nodes * width * sizeof(int)));
        _memory = new DeviceMemory(model.Device);
        _logits = _memory.Allocate((long)nodes * model.Config.VocabularySize * sizeof(float), "draft logits");
        _children = _memory.Own(() => model.Device.CreateMailbox(checked(2 * _logProbabilitiesOffset), "draft candidates"));
    }

    /// <summary>Computes a batch and the children of its last rows.</summary>
    /// <param name="batch">What to compute.</param>
    /// <param name="expanded">How many of its last rows get children.</param>
    /// <param name="children">Receives them, in the order of the rows.</param>
    /// <param name="cancellation">Looked at between layers, unless the step is a captured one.</param>
    public void Run(TokenBatch batch, int expanded, DraftChildren children, CancellationToken cancellation)
    {
        _rows = _model.BeginPass(batch, _cache);
        _expanded = expanded;
        _cancellation = cancellation;
        try
        {
            QueueOrReplay(new Shape(batch.Count, expanded));
            _model.EndPass();
        }
        catch
        {
            _model.Settle();
            throw;
        }

        Read(children);
    }

    /// <summary>The caller has waited for the queue.</summary>
    public void Dispose()
    {
        ForgetShapes();
        _memory.Dispose();
    }

    private void QueueOrReplay(Shape shape)
    {
        if (_memoryVersion != _model.MemoryVersion)
        {
            ForgetShapes();
        }

        if (!_shapes.TryGetValue(shape, out CapturedWork? captured))
        {
            QueueStep();
            if (_memoryVersion != _model.MemoryVersion)
            {
                ForgetShapes(); // the first pass of a shape may have moved memory that earlier ones were captured with
            }

            // The places of streamed layers change from pass to pass; what is watched records events of its own.
            if (_shapes.Count < MaxCapturedShapes && _model.StreamedBytesPerPass == 0 && _model.Timeline is null)
            {
                _memoryVersion = _model.MemoryVersion;
                _shapes.Add(shape, null);
            }

            return;
        }

        if (captured is null)
        {
            captured = _model.Queue.Capture(QueueStep);
            _shapes[shape] = captured;
        }

        captured.Replay();
    }

    private void QueueStep()
    {
        DeviceTensor hidden = _model.QueuePass(_rows, _cache, _cancellation);
        DeviceTensor logits = _logits.AsTensor(DType.F32, _expanded, _model.Config.VocabularySize);
        _model.ComputeLogits(hidden.Slice(hidden.Rows - _expanded, _expanded), logits);
        var ids = new DeviceTensor(_children.Buffer, 0, DType.I32, _expanded, _width);
        var logProbabilities = new DeviceTensor(_children.Buffer, _logProbabilitiesOffset, DType.F32, _expanded, _width);
        _model.Queue.TopK(logits, _vocabulary, _temperature, ids, logProbabilities);
        _children.Post(_model.Queue);
    }

    private void Read(DraftChildren children)
    {
        ReadOnlySpan<byte> delivered = _children.Receive();
        ReadOnlySpan<int> ids = MemoryMarshal.Cast<byte, int>(delivered);
        ReadOnlySpan<float> logProbabilities = MemoryMarshal.Cast<byte, float>(delivered[_logProbabilitiesOffset..]);
        for (int i = 0; i < _expanded; i++)
        {
            ids.Slice(i * _width, _width).CopyTo(children.Tokens(i));
            logProbabilities.Slice(i * _width, _width).CopyTo(children.LogProbabilities(i));
        }
    }

    private void ForgetShapes()
    {
        foreach (CapturedWork? captured in _shapes.Values)
        {
            captured?.Dispose();
        }

        _shapes.Clear();
    }

    private readonly record struct Shape(int Rows, int Expanded);
}
