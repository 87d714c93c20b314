using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary>
/// <see cref="ComputeQueue.Linear"/> beside cuBLAS on the same numbers, and against the card's limits: on a target's queue, whose
/// rows are invariant, and on a draft's.
/// </summary>
internal sealed class ProductRates(CudaDevice device, ComputeQueue target, ComputeQueue draft, Timing timing, CardLimits limits, CublasProduct? cublas)
{
    // A card's cache holds less: weights come from memory, as they do in a model.
    private const long BytesBetweenUses = 256L << 20;
    private const int MostCopies = 32;

    private readonly QueueClock _targetClock = new(target, timing);
    private readonly QueueClock _draftClock = new(draft, timing);

    /// <summary>TFLOP/s and GB/s of weights for each number of rows. What disagrees with cuBLAS is not timed.</summary>
    /// <exception cref="InvalidOperationException">The two products differ.</exception>
    public IEnumerable<Measurement> Measure((string Name, int Outputs, int Inputs) shape, IReadOnlyList<int> rowCounts, long limitBytes)
    {
        DType type = device.ActivationType;
        using var memory = new BenchMemory(device, target);
        long weightBytes = 2L * shape.Outputs * shape.Inputs;
        int copies = (int)Math.Clamp(Math.Min(BytesBetweenUses, limitBytes) / weightBytes, 1, MostCopies);
        WeightMatrix[] weights = [.. Enumerable.Range(0, copies).Select(i => memory.Weight(shape.Outputs, shape.Inputs, type, 3 + i))];

        // cuBLAS wants rows without padding; where ours are padded it multiplies other (random) numbers, at the same cost.
        bool isSameLayout = device.PackedBytes(weights[0].Shape) == weights[0].Shape.Rows * weights[0].Shape.RowBytes;
        DeviceTensor[] plain = [.. weights.Select(weight => new DeviceTensor(weight.Buffer, 0, type, shape.Outputs, shape.Inputs))];
        foreach (int rows in rowCounts)
        {
            using var rowMemory = new BenchMemory(device, target);
            DeviceTensor input = rowMemory.Random(type, rows, shape.Inputs, 4);
            DeviceTensor output = rowMemory.Uninitialised(DType.F32, rows, shape.Outputs);
            DeviceTensor reference = rowMemory.Uninitialised(DType.F32, rows, shape.Outputs);
            double? cublasSeconds = null;
            if (cublas is not null)
            {
                cublasSeconds = _targetClock.Seconds(i => cublas.Multiply(input, plain[i], output), copies);
                cublas.Multiply(input, plain[0], reference);
                target.Synchronize();
            }

            foreach ((string name, ComputeQueue queue, QueueClock clock) in new[] { ("linear", target, _targetClock), ("linear, draft", draft, _draftClock) })
            {
                queue.Linear(input, weights[0], null, output, LinearOutput.Store);
                queue.Synchronize();
                if (cublas is not null && isSameLayout)
                {
                    Agreement.Require(device, queue, output, reference, $"{name}, {shape.Name}, M = {rows}");
                }

                double seconds = clock.Seconds(i => queue.Linear(input, weights[i], null, output, LinearOutput.Store), copies);
                double teraflops = 2.0 * rows * shape.Outputs * shape.Inputs / seconds / 1e12;
                double gigabytes = weightBytes / seconds / 1e9;
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
}
