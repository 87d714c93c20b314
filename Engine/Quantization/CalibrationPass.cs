using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Quantization.Writing;

namespace SpecExecNative.Engine.Quantization;

/// <summary>
/// A calibration text on its way through a model, one layer at a time: only that layer's weights are on the device. Between two layers
/// the residual stream of all windows waits in host memory, F32 <c>[tokens, D]</c>.
/// </summary>
internal sealed class CalibrationPass : IDisposable
{
    private readonly Checkpoint _source;
    private readonly ComputeDevice _device;
    private readonly CancellationToken _cancellation;
    private readonly IReadOnlyList<int[]> _windows;
    private readonly float[][] _residuals;
    private readonly DeviceMemory _memory;
    private readonly ComputeQueue _queue;
    private readonly LayerPass _pass;
    private readonly KvCache _cache;
    private readonly BatchUpload _upload;
    private readonly TokenBatch _batch = new();
    private readonly PinnedBuffer _staging;
    private CalibrationLayer? _layer;

    /// <param name="source">A dense model.</param>
    /// <param name="calibration">Text and device.</param>
    /// <param name="cancellation">Between two windows.</param>
    public CalibrationPass(Checkpoint source, Calibration calibration, CancellationToken cancellation)
    {
        ModelConfig config = source.Config;
        (_source, _device, _windows, _cancellation) = (source, calibration.Device, calibration.Windows, cancellation);
        _residuals = [.. _windows.Select(w => new float[w.Length * config.HiddenSize])];
        int longest = _windows.Max(w => w.Length);
        _memory = new DeviceMemory(_device);
        _queue = _memory.Own(() => _device.CreateQueue("calibration"));
        _pass = _memory.Own(() => new LayerPass(_device, _queue, config, longest, longest));
        _cache = _memory.Own(() => new KvCache(_device, _queue, config with { Layers = 1 }, longest, 0));
        _upload = _memory.Own(() => new BatchUpload(_device));
        int widest = Math.Max(Math.Max(config.HiddenSize, config.IntermediateSize), config.QueryHeads * config.HeadDim);
        _staging = _memory.AllocatePinned((long)longest * widest * sizeof(float), "calibration");
        _memory.Guard(Embed);
    }

    /// <summary>Each window's residual stream behind the last layer that is done, F32 <c>[tokens, D]</c>.</summary>
    internal IReadOnlyList<float[]> Residuals => _residuals;

    /// <summary>Brings a layer's weights to the device in the place of the one before.</summary>
    public void Begin(int layer)
    {
        _layer?.Dispose();
        _layer = null;
        _layer = CalibrationLayer.Load(_source, _device, _queue, layer, _cancellation);
    }

    /// <summary>Sums up what some modules of the layer meet as input. Those before them should have been replaced, so that it is what they will meet.</summary>
    /// <exception cref="CalibrationException">The inputs are not numbers.</exception>
    public Hessian InputsOf(LinearGroup group)
    {
        var hessian = new Hessian(group.Inputs);
        float[] inputs = new float[_windows.Max(w => w.Length) * group.Inputs];
        ForEachWindow((x, rows, _) =>
        {
            Span<float> some = inputs.AsSpan(0, x.Rows * group.Inputs);
            Download(InputOf(group.Kind, x, rows), some);
            try
            {
                hessian.Add(some, x.Rows);
            }
            catch (ArithmeticException e)
            {
                throw new CalibrationException(_source.Directory, _layer!.Index, group.Modules[0], e.Message);
            }
        });
        return hessian;
    }

    /// <summary>From here on the layer computes with these in the place of its own.</summary>
    public void Replace(LinearGroupKind kind, IReadOnlyList<Int4Matrix> matrices) => _layer!.Replace(kind, matrices);

    /// <summary>The residual stream takes what attention gives.</summary>
    public void AddAttention() => ForEachWindow((x, rows, residual) =>
    {
        _pass.AddAttention(_layer!.Weights, InputOf(LinearGroupKind.Output, x, rows), x);
        Download(x, residual);
    });

    /// <summary>The residual stream takes what the MLP gives: the layer is done.</summary>
    public void AddMlp() => ForEachWindow((x, rows, residual) =>
    {
        _pass.AddMlp(_layer!.Weights, InputOf(LinearGroupKind.Down, x, rows), x);
        Download(x, residual);
    });

    /// <summary>Waits for work that is still queued.</summary>
    public void Dispose()
    {
        try
        {
            _queue.Synchronize();
        }
        finally
        {
            _layer?.Dispose();
            _memory.Dispose();
        }
    }

    private DeviceTensor InputOf(LinearGroupKind kind, DeviceTensor x, in TokenRows rows)
    {
        LayerWeights weights = _layer!.Weights;
        return kind switch
        {
            LinearGroupKind.Qkv => _pass.NormForAttention(weights, x),
            LinearGroupKind.Output => _pass.Attend(_layer.Index, weights, _pass.NormForAttention(weights, x), rows, _cache.Layer(0)),
            LinearGroupKind.GateUp => _pass.NormForMlp(weights, x),
            _ => _pass.Gate(weights, _pass.NormForMlp(weights, x)),
        };
    }

    private void Embed()
    {
        var embedding = WeightSource.Matrix(_source, TensorNames.Embedding, _source.Config.VocabularySize, _source.Config.HiddenSize);
        var piece = new BlobPiece([embedding], embedding.Shape, IsVector: false, 0, _device.PackedBytes(embedding.Shape));
        var upload = new WeightUpload(_device, _queue, new PiecePacker(_device, _cancellation), null, piece.Bytes);
        using DeviceBuffer table = upload.Place([piece], piece.Bytes, "the embedding");
        ForEachWindow((x, rows, residual) =>
        {
            _queue.Embed(piece.Matrix(table, 0), rows.Tokens, x);
            Download(x, residual);
        });
    }

    private void ForEachWindow(WindowStep step)
    {
        for (int window = 0; window < _windows.Count; window++)
        {
            _cancellation.ThrowIfCancellationRequested();
            float[] residual = _residuals[window];
            DeviceTensor x = _pass.Workspace.Residual(_windows[window].Length);
            residual.CopyTo(_staging.As<float>(residual.Length));
            _queue.CopyToDevice(_staging, 0, x.Buffer, x.ByteOffset, x.Bytes);
            _batch.Clear();
            _batch.AddChain(0, _windows[window]);
            TokenRows rows = _upload.Upload(_queue, _batch);
            step(x, rows, residual);
            _upload.PassQueued(_queue);
            _queue.Synchronize();
        }
    }

    /// <summary>Waits for a tensor and widens it.</summary>
    private void Download(DeviceTensor tensor, Span<float> destination)
    {
        _queue.CopyToHost(tensor.Buffer, tensor.ByteOffset, _staging, 0, tensor.Bytes);
        _queue.Synchronize();
        Span<byte> bytes = _staging.Span(0, checked((int)tensor.Bytes));
        switch (tensor.Type)
        {
            case DType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), destination);
                break;
            case DType.BF16:
                ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < halves.Length; i++)
                {
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                }

                break;
            default:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(destination);
                break;
        }
    }

    private delegate void WindowStep(DeviceTensor x, TokenRows rows, float[] residual);
}
