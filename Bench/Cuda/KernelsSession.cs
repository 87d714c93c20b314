using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary>A card with a target's queue and a draft's, cuBLAS where it is, and the card's limits.</summary>
internal sealed class KernelsSession : BenchSession
{
    private readonly CublasProduct? _cublas;

    public KernelsSession(CudaDeviceOptions options, LayerShapes layer, Timing timing)
    {
        (Layer, Timing) = (layer, timing);
        Cuda = CudaDevice.Open(options);
        try
        {
            Queue = Cuda.CreateQueue("bench");
            Draft = Cuda.CreateQueue("bench, draft", RowResults.BatchDependent);
            _cublas = CublasProduct.TryCreate(Cuda, Queue);
            if (_cublas is null)
            {
                options.Log?.Invoke("cuBLAS was not found: products are timed without being compared with it, and nothing is set against the card's peak");
            }

            Limits = CardLimits.Measure(this);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CudaDevice Cuda { get; }

    /// <summary>A target's: its rows do not depend on their batch.</summary>
    public ComputeQueue Queue { get; } = null!;

    /// <summary>A draft's: its rows may.</summary>
    public ComputeQueue Draft { get; } = null!;

    /// <summary>Null: there is no cuBLAS on this machine.</summary>
    public CublasProduct? Cublas => _cublas;

    public LayerShapes Layer { get; }

    public Timing Timing { get; }

    public CardLimits Limits { get; } = null!;

    /// <summary>The two queues, by the names that tables have for them.</summary>
    public IEnumerable<(string Name, ComputeQueue Queue)> Queues => [("target", Queue), ("draft", Draft)];

    public override string Device => Cuda.Name;

    public override CudaCard? Card => Cuda.Card;

    public override IReadOnlyList<Row> Rows => [Limits.Row];

    public override void Dispose()
    {
        _cublas?.Dispose();
        Draft?.Dispose();
        Queue?.Dispose();
        Cuda.Dispose();
    }
}
