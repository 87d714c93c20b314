using SpecExecNative.Bench.Cuda.Ops;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Bench.Cuda;

/// <summary>What the card can do at best, measured in the same run as everything that is compared with it.</summary>
/// <param name="GigabytesPerSecond">A large copy inside the card's memory, bytes read and written.</param>
/// <param name="TeraflopsPerSecond">A large square product by cuBLAS; null without it.</param>
/// <param name="Row">Both, as measured.</param>
internal sealed record CardLimits(double GigabytesPerSecond, double? TeraflopsPerSecond, Row Row)
{
    public const string CopyName = "memory copy";
    public const string PeakName = "cuBLAS peak";

    public static CardLimits Measure(KernelsSession session)
    {
        var clock = new QueueClock(session.Cuda, session.Queue, session.Timing);
        Samples copy = Copy(session, clock);
        Samples? peak = session.Cublas is { } cublas ? Square(session, clock, cublas) : null;
        List<Figure> figures = [copy.Figure(CopyName, "GB/s")];
        if (peak is not null)
        {
            figures.Add(peak.Figure(PeakName, "TFLOP/s"));
        }

        return new CardLimits(copy.Median, peak?.Median, new Row("limits", [], figures));
    }

    private static Samples Copy(KernelsSession session, QueueClock clock)
    {
        long bytes = session.LimitBytes;
        using DeviceBuffer from = session.Cuda.Allocate(bytes, "benchmark");
        using DeviceBuffer to = session.Cuda.Allocate(bytes, "benchmark");
        CuStream stream = ((CudaQueue)session.Queue).Stream;
        DevicePointer source = ((CudaBuffer)from).Pointer;
        DevicePointer destination = ((CudaBuffer)to).Pointer;
        CudaDriver.cuMemsetD8Async(source, 1, (nuint)bytes, stream).ThrowOnError();
        return clock.SecondsUncaptured(() => CudaDriver.cuMemcpyDtoDAsync_v2(destination, source, (nuint)bytes, stream).ThrowOnError()).Rates(Traffic.Copy(bytes) / 1e9);
    }

    private static Samples Square(KernelsSession session, QueueClock clock, CublasProduct cublas)
    {
        int side = session.LimitSide;
        using var memory = new BenchMemory(session.Cuda, session.Queue);
        DeviceTensor a = memory.Random(session.Cuda.ActivationType, side, side, 1);
        DeviceTensor b = memory.Random(session.Cuda.ActivationType, side, side, 2);
        DeviceTensor c = memory.Uninitialised(DType.F32, side, side);
        return clock.Seconds(() => cublas.Multiply(a, b, c)).Rates(2.0 * side * side * side / 1e12);
    }
}
