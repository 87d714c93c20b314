using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>What ops are made of: a session's card, and a model's layers.</summary>
/// <param name="Session">The card.</param>
/// <param name="Layer">The shapes.</param>
internal sealed record OpSite(KernelsSession Session, LayerShapes Layer)
{
    public CudaDevice Device => Session.Cuda;

    /// <summary>The card's elements.</summary>
    public DType Element => Session.Cuda.ActivationType;

    public Rotation Rotation => new(Layer.LimitBytes);

    public BenchMemory NewMemory() => new(Session.Cuda, Session.Queue);

    /// <summary>GB/s of bytes that must be moved, against the copy of the same run, and the time.</summary>
    public IReadOnlyList<Figure> MemoryBound(Samples seconds, string name, long bytes)
        => [Rate(seconds, name, bytes), seconds.Times(1e6).Figure("time", "µs")];

    /// <summary>GB/s against the copy of the same run.</summary>
    public Figure Rate(Samples seconds, string name, long bytes)
        => seconds.Rates(bytes / 1e9).Figure(name, "GB/s").Against(CardLimits.CopyName, Session.Limits.GigabytesPerSecond);

    /// <summary>TFLOP/s against cuBLAS's peak of the same run.</summary>
    public Figure Speed(Samples seconds, double operations, Samples? yardstick = null)
        => seconds.Rates(operations / 1e12).Figure("speed", "TFLOP/s")
            .Against("cuBLAS, same product", yardstick?.Rates(operations / 1e12).Median)
            .Against(CardLimits.PeakName, Session.Limits.TeraflopsPerSecond);
}
