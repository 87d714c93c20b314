using SpecExecNative.Bench.Cuda.Files;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Bench.Running;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Bench.Cuda;

/// <summary>A card with a target's queue, a draft's and one of naive kernels, cuBLAS where it is, and the card's limits.</summary>
internal sealed class KernelsSession : BenchSession
{
    /// <summary>What tables call the queue of naive kernels.</summary>
    public const string NaiveName = "naive";

    private readonly CublasProduct? _cublas;

    /// <param name="options">Of the card.</param>
    /// <param name="layers">Whose shapes are measured: the limits are taken at the largest.</param>
    /// <param name="timing">How long.</param>
    /// <param name="file">A kernel to be compared with ours; null: none.</param>
    /// <exception cref="NvrtcException">The compiler refuses the file.</exception>
    /// <exception cref="KernelFileException">Its kernel cannot take the place of ours.</exception>
    public KernelsSession(CudaDeviceOptions options, IReadOnlyList<LayerShapes> layers, Timing timing, KernelFile? file = null)
    {
        Timing = timing;
        LimitBytes = layers.Max(layer => layer.LimitBytes);
        LimitSide = layers.Max(layer => layer.LimitSide);
        Note = options.Log ?? (_ => { });
        Cuda = CudaDevice.Open(options);
        try
        {
            file?.RequireUsable(Cuda);
            Queue = Cuda.CreateQueue("bench");
            Draft = Cuda.CreateQueue("bench, draft", RowResults.BatchDependent);
            Naive = Cuda.CreateQueue(RowResults.Invariant, new NaiveTwins(KernelTable.For(Cuda.Card.Generation)).Of);
            _cublas = CublasProduct.TryCreate(Cuda, Queue);
            if (_cublas is null)
            {
                Note("cuBLAS was not found: products are timed without being compared with it, and nothing is set against the card's peak");
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

    /// <summary>A target's with the naive kernels, where there are any.</summary>
    public ComputeQueue Naive { get; } = null!;

    /// <summary>Null: there is no cuBLAS on this machine.</summary>
    public CublasProduct? Cublas => _cublas;

    /// <summary>Size of the copy that shows the memory at its best.</summary>
    public long LimitBytes { get; }

    /// <summary>Side of the square product that shows cuBLAS at its best.</summary>
    public int LimitSide { get; }

    /// <summary>Receives lines about what is not as one would expect.</summary>
    public Action<string> Note { get; }

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
        Naive?.Dispose();
        Draft?.Dispose();
        Queue?.Dispose();
        Cuda.Dispose();
    }
}
