using SpecExecNative.Bench.Reporting;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Bench.Cuda;

/// <summary>What the card can do at best, measured in the same run as everything that is compared with it.</summary>
/// <param name="GigabytesPerSecond">A large copy inside the card's memory, bytes read and written.</param>
/// <param name="TeraflopsPerSecond">A large square product by cuBLAS; null without it.</param>
internal sealed record CardLimits(double GigabytesPerSecond, double? TeraflopsPerSecond)
{
    public static CardLimits Measure(CudaDevice device, ComputeQueue queue, QueueClock clock, CublasProduct? cublas, LayerShapes layer)
    {
        using DeviceBuffer from = device.Allocate(layer.LimitBytes, "benchmark");
        using DeviceBuffer to = device.Allocate(layer.LimitBytes, "benchmark");
        var cudaQueue = (CudaQueue)queue;
        DevicePointer source = ((CudaBuffer)from).Pointer;
        DevicePointer destination = ((CudaBuffer)to).Pointer;
        CudaDriver.cuMemsetD8Async(source, 1, (nuint)layer.LimitBytes, cudaQueue.Stream).ThrowOnError();
        double copy = clock.SecondsUncaptured(() => CudaDriver.cuMemcpyDtoDAsync_v2(destination, source, (nuint)layer.LimitBytes, cudaQueue.Stream).ThrowOnError());
        return new CardLimits(2.0 * layer.LimitBytes / copy / 1e9, cublas is null ? null : Square(device, queue, clock, cublas, layer.LimitSide));
    }

    public IEnumerable<Measurement> AsMeasurements()
    {
        yield return new("memory copy", [], GigabytesPerSecond, "GB/s");
        if (TeraflopsPerSecond is { } teraflops)
        {
            yield return new("cuBLAS peak", [], teraflops, "TFLOP/s");
        }
    }

    private static double Square(CudaDevice device, ComputeQueue queue, QueueClock clock, CublasProduct cublas, int side)
    {
        using var memory = new BenchMemory(device, queue);
        DeviceTensor a = memory.Random(device.ActivationType, side, side, 1);
        DeviceTensor b = memory.Random(device.ActivationType, side, side, 2);
        DeviceTensor c = memory.Uninitialised(DType.F32, side, side);
        return 2.0 * side * side * side / clock.Seconds(() => cublas.Multiply(a, b, c)) / 1e12;
    }
}
