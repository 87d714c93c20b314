using System.Buffers.Binary;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Bench.Cpu;

/// <summary>A product that can be asked for again and again, each time with the next of several copies of its weights.</summary>
internal sealed class BenchedProduct : IDisposable
{
    private readonly CpuDevice _device;
    private readonly ComputeQueue _queue;
    private readonly List<DeviceBuffer> _weights = [];
    private readonly DeviceBuffer _input;
    private readonly DeviceBuffer _output;
    private readonly WeightShape _shape;
    private readonly int _rows;
    private int _turn;

    public BenchedProduct(CpuDevice device, ComputeQueue queue, int rows, WeightShape shape, int copies)
    {
        (_device, _queue, _rows, _shape) = (device, queue, rows, shape);
        for (int copy = 0; copy < copies; copy++)
        {
            _weights.Add(RandomWeight());
        }

        _input = Zeros((long)rows * shape.Columns);
        _output = device.Allocate((long)rows * shape.Rows * sizeof(float), "gemm output");
    }

    public void Run()
    {
        _turn = (_turn + 1) % _weights.Count;
        _queue.Linear(
            _input.AsTensor(DType.F32, _rows, _shape.Columns),
            new WeightMatrix(_weights[_turn], 0, _shape),
            null,
            _output.AsTensor(DType.F32, _rows, _shape.Rows),
            LinearOutput.Store);
    }

    public void Dispose()
    {
        _weights.ForEach(w => w.Dispose());
        _input.Dispose();
        _output.Dispose();
    }

    private DeviceBuffer RandomWeight()
    {
        byte[] row = new byte[_shape.RowBytes];
        Random random = new(1);
        using PinnedBuffer packed = _device.AllocatePinned(_device.PackedBytes(_shape), "gemm weight");
        for (int i = 0; i < _shape.Rows; i++)
        {
            random.NextBytes(row);
            MakeSmall(row);
            _device.PackRows(row, _shape, i, 1, packed, 0);
        }

        DeviceBuffer weight = _device.Allocate(packed.Bytes, "gemm weight");
        _queue.CopyToDevice(packed, 0, weight, 0, packed.Bytes);
        _queue.Synchronize();
        return weight;
    }

    /// <summary>Keeps values small and normal.</summary>
    private void MakeSmall(Span<byte> row)
    {
        if (_shape.Type == DType.Int4)
        {
            Span<byte> grids = row[((_shape.Columns + 1) / 2)..];
            int groups = _shape.Groups.Count(_shape.Columns);
            for (int group = 0; group < groups; group++)
            {
                BinaryPrimitives.WriteHalfLittleEndian(grids[(2 * group)..], (Half)0.01);
                grids[(2 * groups) + group] &= 15;
            }

            return;
        }

        for (int last = _shape.Type.Bytes() - 1; last < row.Length; last += _shape.Type.Bytes())
        {
            row[last] = (byte)((row[last] & 0x80) | 0x2C); // the top byte holds sign and exponent
        }
    }

    private DeviceBuffer Zeros(long count)
    {
        long bytes = count * sizeof(float);
        using PinnedBuffer zeros = _device.AllocatePinned(bytes, "gemm input");
        zeros.Span(0, (int)bytes).Clear();
        DeviceBuffer buffer = _device.Allocate(bytes, "gemm input");
        _queue.CopyToDevice(zeros, 0, buffer, 0, bytes);
        _queue.Synchronize();
        return buffer;
    }
}
