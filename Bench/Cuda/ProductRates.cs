using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Bench.Cuda;

/// <summary>
/// <see cref="ComputeQueue.Linear"/> beside cuBLAS's 16-bit product of the same numbers, and against the card's limits: on a target's
/// queue, whose rows are invariant, and on a draft's; with elements as weights, or with groups of 4-bit ones.
/// </summary>
internal sealed class ProductRates(CudaDevice device, ComputeQueue target, ComputeQueue draft, Timing timing, CardLimits limits, CublasProduct? cublas, Int4Groups? groups)
{
    // A card's cache holds less: weights come from memory, as they do in a model.
    private const long BytesBetweenUses = 256L << 20;
    private const int MostCopies = 32;

    private readonly QueueClock _targetClock = new(target, timing);
    private readonly QueueClock _draftClock = new(draft, timing);
    private readonly string _name = groups is null ? "linear" : "linear, int4";

    /// <summary>TFLOP/s and GB/s of weights for each number of rows. What disagrees with cuBLAS is not timed.</summary>
    /// <exception cref="InvalidOperationException">The two products differ.</exception>
    public IEnumerable<Measurement> Measure((string Name, int Outputs, int Inputs) shape, IReadOnlyList<int> rowCounts, long limitBytes)
    {
        using var memory = new BenchMemory(device, target);
        WeightMatrix[] weights = Weights(memory, shape, limitBytes);
        DeviceTensor[] plain = cublas is null ? [] : Plain(memory, weights, limitBytes);
        foreach (int rows in rowCounts)
        {
            using var rowMemory = new BenchMemory(device, target);
            DeviceTensor input = rowMemory.Random(device.ActivationType, rows, shape.Inputs, 4);
            DeviceTensor output = rowMemory.Uninitialised(DType.F32, rows, shape.Outputs);
            DeviceTensor reference = rowMemory.Uninitialised(DType.F32, rows, shape.Outputs);
            double? cublasSeconds = null;
            if (cublas is not null)
            {
                cublasSeconds = _targetClock.Seconds(i => cublas.Multiply(input, plain[i], output), plain.Length);
                cublas.Multiply(input, plain[0], reference);
                target.Synchronize();
            }

            foreach ((string name, ComputeQueue queue, QueueClock clock) in new[] { (_name, target, _targetClock), ($"{_name}, draft", draft, _draftClock) })
            {
                queue.Linear(input, weights[0], null, output, LinearOutput.Store);
                queue.Synchronize();
                if (cublas is not null && IsSameLayout(weights[0].Shape))
                {
                    Agreement.Require(device, queue, output, reference, $"{name}, {shape.Name}, M = {rows}");
                }

                double seconds = clock.Seconds(i => queue.Linear(input, weights[i], null, output, LinearOutput.Store), weights.Length);
                double teraflops = 2.0 * rows * shape.Outputs * shape.Inputs / seconds / 1e12;
                double gigabytes = device.PackedBytes(weights[0].Shape) / seconds / 1e9;
                KeyValuePair<string, string>[] parameters =
                [
                    new("matrix", shape.Name), new("M", rows.ToString()), new("N", shape.Outputs.ToString()), new("K", shape.Inputs.ToString()),
                ];
                yield return new(name, parameters, teraflops, "TFLOP/s", "cuBLAS, same product", cublasSeconds / seconds);
                yield return new($"{name}, share of peak", parameters, teraflops, "TFLOP/s", "cuBLAS peak", teraflops / limits.TeraflopsPerSecond);
                yield return new($"{name}, weights read", parameters, gigabytes, "GB/s", "memory copy", gigabytes / limits.GigabytesPerSecond);
            }
        }
    }

    private WeightMatrix[] Weights(BenchMemory memory, (string Name, int Outputs, int Inputs) shape, long limitBytes)
    {
        WeightMatrix Make(int seed) => groups is { } g
            ? memory.Int4Weight(shape.Outputs, shape.Inputs, g, seed)
            : memory.Weight(shape.Outputs, shape.Inputs, device.ActivationType, seed);
        WeightMatrix first = Make(3);
        return [first, .. Enumerable.Range(1, Copies(device.PackedBytes(first.Shape), limitBytes) - 1).Select(i => Make(3 + i))];
    }

    /// <summary>
    /// cuBLAS wants rows without padding; where ours are padded it multiplies other (random) numbers, at the same cost. Weights of 4 bits are
    /// widened for it.
    /// </summary>
    private DeviceTensor[] Plain(BenchMemory memory, WeightMatrix[] weights, long limitBytes)
    {
        DType type = device.ActivationType;
        WeightShape shape = weights[0].Shape;
        if (groups is null)
        {
            return [.. weights.Select(weight => new DeviceTensor(weight.Buffer, 0, type, shape.Rows, shape.Columns))];
        }

        DeviceTensor[] plain = [.. Enumerable.Range(0, Copies(RowLayout.Bytes(shape), limitBytes)).Select(_ => memory.Uninitialised(type, shape.Rows, RowLayout.Stride(shape.Columns)))];
        foreach (DeviceTensor matrix in plain)
        {
            ((CudaQueue)target).Widen(((CudaBuffer)weights[0].Buffer).Pointer, shape, ((CudaBuffer)matrix.Buffer).Pointer);
        }

        target.Synchronize();
        return [.. plain.Select(matrix => matrix with { Columns = shape.Columns })];
    }

    private static int Copies(long bytes, long limitBytes) => (int)Math.Clamp(Math.Min(BytesBetweenUses, limitBytes) / bytes, 1, MostCopies);

    private static bool IsSameLayout(WeightShape shape) => RowLayout.Stride(shape.Columns) == shape.Columns;
}
