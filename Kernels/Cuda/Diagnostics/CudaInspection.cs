namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>What a machine has for CUDA, and what it lacks.</summary>
public sealed record CudaInspection
{
    public required DriverFacts Driver { get; init; }

    /// <summary>What the driver shows, in its order.</summary>
    public IReadOnlyList<CardFacts> Cards { get; init; } = [];

    /// <summary>PCI addresses of NVIDIA's display controllers in this machine, whether or not there is a driver for them; Linux only.</summary>
    public IReadOnlyList<string> Controllers { get; init; } = [];

    /// <summary>This process runs in a container, which has no more of a driver than it was given.</summary>
    public bool IsContainer { get; init; }

    public required CompilerFacts Compiler { get; init; }

    public BlasFacts Blas { get; init; } = new();

    public required CacheFacts Cache { get; init; }

    /// <summary>Kernels that come along as PTX, for machines without NVRTC.</summary>
    public int ShippedKernels { get; init; }

    /// <summary>The first card on which kernels run; null: there is none.</summary>
    public CardFacts? FirstUsable => Cards.FirstOrDefault(card => card.IsUsable);

    /// <summary>A generation would run on a card.</summary>
    public bool IsReady => FirstUsable is not null && !Problems.Any(problem => problem.IsBlocking);

    /// <summary>What stands in the way, blocking ones first.</summary>
    public IReadOnlyList<Problem> Problems => [.. CudaDiagnosis.Of(this).OrderBy(problem => !problem.IsBlocking)];
}
