using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary><see cref="ComputeQueue.Linear"/> beside cuBLAS on the same numbers, and against the card's limits.</summary>
internal sealed class ProductRates(CudaDevice device, ComputeQueue queue, QueueClock clock, CardLimits limits, CublasProduct? cublas)
{
    /// <summary>TFLOP/s and GB/s of weights for each number of rows. What disagrees with cuBLAS is not timed.</summary>
    /// <exception cref="InvalidOperationException">The two products differ.</exception>
    public IEnumerable<Measurement> Measure((string Name, int Outputs, int Inputs) shape, IEnumerable<int> rowCounts)
    {
        DType type = device.ActivationType;
        foreach (int rows in rowCounts)
        {
            using var memory = new BenchMemory(device, queue);
            WeightMatrix weight = memory.Weight(shape.Outputs, shape.Inputs, type, 3);
            DeviceTensor input = memory.Random(type, rows, shape.Inputs, 4);
            DeviceTensor output = memory.Uninitialised(DType.F32, rows, shape.Outputs);
            DeviceTensor reference = memory.Uninitialised(DType.F32, rows, shape.Outputs);

            // cuBLAS wants rows without padding; where ours are padded it multiplies other (random) numbers, at the same cost.
            bool isSameLayout = device.PackedBytes(weight.Shape) == weight.Shape.Rows * weight.Shape.RowBytes;
            var plain = new DeviceTensor(weight.Buffer, 0, type, shape.Outputs, shape.Inputs);
            if (cublas is not null && isSameLayout)
            {
                cublas.Multiply(input, plain, reference);
                queue.Linear(input, weight, null, output, LinearOutput.Store);
                Agreement.Require(device, queue, output, reference, $"{shape.Name}, M = {rows}");
            }

            double seconds = clock.Seconds(() => queue.Linear(input, weight, null, output, LinearOutput.Store));
            double? cublasSeconds = cublas is null ? null : clock.Seconds(() => cublas.Multiply(input, plain, reference));
            KeyValuePair<string, string>[] parameters =
            [
                new("matrix", shape.Name), new("M", rows.ToString()), new("N", shape.Outputs.ToString()), new("K", shape.Inputs.ToString()),
            ];
            double teraflops = 2.0 * rows * shape.Outputs * shape.Inputs / seconds / 1e12;
            double gigabytes = 2.0 * shape.Outputs * shape.Inputs / seconds / 1e9;
            yield return new("linear", parameters, teraflops, "TFLOP/s", "cuBLAS, same product", cublasSeconds / seconds);
            yield return new("linear, share of peak", parameters, teraflops, "TFLOP/s", "cuBLAS peak", teraflops / limits.TeraflopsPerSecond);
            yield return new("linear, weights read", parameters, gigabytes, "GB/s", "memory copy", gigabytes / limits.GigabytesPerSecond);
        }
    }
}
