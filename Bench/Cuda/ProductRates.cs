using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda;

/// <summary>
/// <see cref="ComputeQueue.Linear"/> beside cuBLAS's 16-bit product of the same numbers, and against the card's limits: on a target's
/// queue, whose rows are invariant, and on a draft's; with elements as weights, or with groups of 4-bit ones.
/// </summary>
/// <param name="session">The card.</param>
/// <param name="weightType">What tables call the weights.</param>
/// <param name="groups">Of 4-bit weights; null: they are the card's elements.</param>
internal sealed class ProductRates(KernelsSession session, string weightType, Int4Groups? groups)
{
    // A card's cache holds less: weights come from memory, as they do in a model.
    private const long BytesBetweenUses = 256L << 20;
    private const int MostCopies = 32;

    private readonly CudaDevice _device = session.Cuda;
    private readonly ComputeQueue _target = session.Queue;

    /// <summary>TFLOP/s and GB/s of weights for each number of rows. What disagrees with cuBLAS is not timed.</summary>
    /// <exception cref="InvalidOperationException">The two products differ.</exception>
    public IEnumerable<Row> Measure((string Name, int Outputs, int Inputs) matrix, CancellationToken cancellation)
    {
        using var memory = new BenchMemory(_device, _target);
        WeightMatrix[] weights = Weights(memory, matrix, session.Layer.LimitBytes);
        DeviceTensor[] plain = session.Cublas is null ? [] : Plain(memory, weights, session.Layer.LimitBytes);
        foreach (int rows in session.Layer.Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (Row row in Measure(matrix.Name, rows, weights, plain))
            {
                yield return row;
            }
        }
    }

    private IEnumerable<Row> Measure(string matrix, int rows, WeightMatrix[] weights, DeviceTensor[] plain)
    {
        WeightShape shape = weights[0].Shape;
        double operations = 2.0 * rows * shape.Rows * shape.Columns;
        using var memory = new BenchMemory(_device, _target);
        DeviceTensor input = memory.Random(_device.ActivationType, rows, shape.Columns, 4);
        DeviceTensor output = memory.Uninitialised(DType.F32, rows, shape.Rows);
        DeviceTensor reference = memory.Uninitialised(DType.F32, rows, shape.Rows);
        Samples? yardstick = null;
        if (session.Cublas is { } cublas)
        {
            yardstick = new QueueClock(_target, session.Timing).Seconds(i => cublas.Multiply(input, plain[i], output), plain.Length);
            cublas.Multiply(input, plain[0], reference);
            _target.Synchronize();
        }

        foreach ((string name, ComputeQueue queue) in session.Queues)
        {
            queue.Linear(input, weights[0], null, output, LinearOutput.Store);
            queue.Synchronize();
            if (session.Cublas is not null && IsSameLayout(shape))
            {
                Agreement.Require(_device, queue, output, reference, $"linear, {weightType}, {name}, {matrix}, M = {rows}");
            }

            Samples seconds = new QueueClock(queue, session.Timing).Seconds(i => queue.Linear(input, weights[i], null, output, LinearOutput.Store), weights.Length);
            yield return new Row(
                "linear",
                [new("weights", weightType), new("queue", name), new("matrix", matrix), new("M", $"{rows}"), new("N", $"{shape.Rows}"), new("K", $"{shape.Columns}")],
                [
                    seconds.Rates(operations / 1e12).Figure("speed", "TFLOP/s")
                        .Against("cuBLAS, same product", yardstick?.Rates(operations / 1e12).Median)
                        .Against(CardLimits.PeakName, session.Limits.TeraflopsPerSecond),
                    seconds.Rates(_device.PackedBytes(shape) / 1e9).Figure("weights read", "GB/s").Against(CardLimits.CopyName, session.Limits.GigabytesPerSecond),
                ]);
        }
    }

    private WeightMatrix[] Weights(BenchMemory memory, (string Name, int Outputs, int Inputs) shape, long limitBytes)
    {
        WeightMatrix Make(int seed) => groups is { } g
            ? memory.Int4Weight(shape.Outputs, shape.Inputs, g, seed)
            : memory.Weight(shape.Outputs, shape.Inputs, _device.ActivationType, seed);
        WeightMatrix first = Make(3);
        return [first, .. Enumerable.Range(1, Copies(_device.PackedBytes(first.Shape), limitBytes) - 1).Select(i => Make(3 + i))];
    }

    /// <summary>
    /// cuBLAS wants rows without padding; where ours are padded it multiplies other (random) numbers, at the same cost. Weights of 4 bits are
    /// widened for it.
    /// </summary>
    private DeviceTensor[] Plain(BenchMemory memory, WeightMatrix[] weights, long limitBytes)
    {
        DType type = _device.ActivationType;
        WeightShape shape = weights[0].Shape;
        if (groups is null)
        {
            return [.. weights.Select(weight => new DeviceTensor(weight.Buffer, 0, type, shape.Rows, shape.Columns))];
        }

        DeviceTensor[] plain = [.. Enumerable.Range(0, Copies(RowLayout.Bytes(shape), limitBytes)).Select(_ => memory.Uninitialised(type, shape.Rows, RowLayout.Stride(shape.Columns)))];
        foreach (DeviceTensor matrix in plain)
        {
            ((CudaQueue)_target).Widen(((CudaBuffer)weights[0].Buffer).Pointer, shape, ((CudaBuffer)matrix.Buffer).Pointer);
        }

        _target.Synchronize();
        return [.. plain.Select(matrix => matrix with { Columns = shape.Columns })];
    }

    private static int Copies(long bytes, long limitBytes) => (int)Math.Clamp(Math.Min(BytesBetweenUses, limitBytes) / bytes, 1, MostCopies);

    private static bool IsSameLayout(WeightShape shape) => RowLayout.Stride(shape.Columns) == shape.Columns;
}
