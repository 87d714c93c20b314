using System.Runtime.InteropServices;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;
using SpecExecNative.Loaders.Quantization.Writing;

namespace SpecExecNative.Engine.Quantization;

/// <summary>One layer on the device, whose dense matrices give way to what their 4-bit ones stand for.</summary>
internal sealed class CalibrationLayer : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly ComputeQueue _queue;
    private readonly List<DeviceBuffer> _buffers = [];

    private CalibrationLayer(ComputeDevice device, ComputeQueue queue, int index, LayerWeights weights, DeviceBuffer blob)
    {
        (_device, _queue, Index, Weights) = (device, queue, index, weights);
        _buffers.Add(blob);
    }

    /// <summary>Its number.</summary>
    public int Index { get; }

    public LayerWeights Weights { get; private set; }

    /// <exception cref="Loaders.ModelFormatException">A tensor is missing or wrong.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The layer does not fit.</exception>
    public static CalibrationLayer Load(Checkpoint source, ComputeDevice device, ComputeQueue queue, int layer, CancellationToken cancellation)
    {
        var blob = new LayerBlob(device, WeightCatalog.Of(source), layer);
        var upload = new WeightUpload(device, queue, new PiecePacker(device, cancellation), null, blob.Bytes);
        DeviceBuffer buffer = upload.Place(blob.Pieces, blob.Bytes, $"layer {layer}");
        return new CalibrationLayer(device, queue, layer, blob.At(buffer, 0), buffer);
    }

    /// <summary>Puts 4-bit matrices, widened, in the place of a group's.</summary>
    public void Replace(LinearGroupKind kind, IReadOnlyList<Int4Matrix> matrices) => Weights = kind switch
    {
        LinearGroupKind.Qkv => Weights with { Qkv = Place(matrices) },
        LinearGroupKind.Output => Weights with { Output = Place(matrices) },
        LinearGroupKind.GateUp => Weights with { Gate = Place([matrices[0]]), Up = Place([matrices[1]]) },
        _ => Weights with { Down = Place(matrices) },
    };

    public void Dispose()
    {
        foreach (DeviceBuffer buffer in _buffers)
        {
            buffer.Dispose();
        }
    }

    /// <summary>Matrices one under the other, inputs in their natural order.</summary>
    private WeightMatrix Place(IReadOnlyList<Int4Matrix> stack)
    {
        var shape = new WeightShape(stack.Sum(m => m.Rows), stack[0].Columns, DType.F32);
        long bytes = _device.PackedBytes(shape);
        using PinnedBuffer staging = _device.AllocatePinned(bytes, "staging a layer");
        int first = 0;
        foreach (Int4Matrix matrix in stack)
        {
            int offset = first;
            Parallel.For(0, matrix.Rows, row =>
            {
                float[] widened = new float[matrix.Columns];
                matrix.Dequantize(row, widened);
                _device.PackRows(MemoryMarshal.AsBytes(widened.AsSpan()), shape, offset + row, 1, staging, 0);
            });
            first += matrix.Rows;
        }

        DeviceBuffer buffer = _device.Allocate(bytes, "a layer");
        _buffers.Add(buffer);
        _queue.CopyToDevice(staging, 0, buffer, 0, bytes);
        _queue.Synchronize();
        return new WeightMatrix(buffer, 0, shape);
    }
}
