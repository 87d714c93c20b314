using System.Collections.Concurrent;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// Brings kernel variants into a form that a card's driver can load: from the cache, else by NVRTC, else the PTX that
/// comes along. May be used by many threads at once; each variant is compiled once.
/// </summary>
public sealed class KernelCompiler
{
    private readonly NvrtcCompiler? _nvrtc;
    private readonly KernelCache? _cache;
    private readonly Action<string>? _log;
    private readonly ConcurrentDictionary<(KernelGeneration Generation, string Name), Lazy<CompiledKernel>> _kernels = new();

    /// <param name="card">What to compile for.</param>
    /// <param name="nvrtc">The compiler; null: there is none.</param>
    /// <param name="cache">Where results are kept; null: nowhere.</param>
    /// <param name="log">Receives a line where something is not as it should be.</param>
    public KernelCompiler(GpuArchitecture card, NvrtcCompiler? nvrtc, KernelCache? cache, Action<string>? log = null)
    {
        Card = card;
        _log = log;
        _cache = cache;
        Target = nvrtc is null ? null : CompileTarget.For(card, nvrtc.Architectures);
        _nvrtc = Target is null ? null : nvrtc;
        if (nvrtc is null)
        {
            log?.Invoke("NVRTC was not found: the driver translates the PTX that comes along (specexec doctor says how to get NVRTC)");
        }
        else if (Target is null)
        {
            log?.Invoke($"NVRTC {nvrtc.Version} knows no architecture as early as {card}: the driver translates the PTX that comes along");
        }
    }

    /// <summary>The card's compute capability.</summary>
    public GpuArchitecture Card { get; }

    /// <summary>What NVRTC compiles for; null: it is not used.</summary>
    public CompileTarget? Target { get; }

    /// <summary>How many variants NVRTC has compiled for this object.</summary>
    public int CompiledCount => _compiledCount;

    private int _compiledCount;
    private int _brokenCompilerTold;

    /// <summary>A variant, ready to be loaded.</summary>
    /// <exception cref="NvrtcException">The compiler refuses it.</exception>
    /// <exception cref="CudaUnavailableException">It is not among what comes along, and there is no compiler.</exception>
    public CompiledKernel Get(KernelVariant variant)
        => _kernels.GetOrAdd((variant.Generation, variant.Name), static (_, of) => new(() => of.Self.Make(of.Variant)), (Self: this, Variant: variant)).Value;

    /// <summary>Makes many variants, as many at once as there are processors.</summary>
    /// <exception cref="OperationCanceledException">Between two variants.</exception>
    public void Prepare(IEnumerable<KernelVariant> variants, CancellationToken cancellation = default)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        try
        {
            Parallel.ForEach(variants, options, variant => Get(variant));
        }
        catch (AggregateException e) when (e.InnerExceptions.Count >= 1)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    /// <summary>The PTX that comes along for a variant; null: none.</summary>
    internal static CompiledKernel? Shipped(KernelVariant variant) => ShippedPtx.Instance?.Find(variant);

    private CompiledKernel Make(KernelVariant variant)
    {
        if (_nvrtc is null || Target is not { } target)
        {
            return Shipped(variant)
                ?? throw new CudaUnavailableException($"The kernel {variant.Name} must be compiled, and NVRTC was not found; specexec doctor says how to get it.");
        }

        string key = KernelKey.Of(variant, target, _nvrtc.Version);
        if (_cache?.TryRead(key) is { } cached)
        {
            return cached;
        }

        CompiledKernel compiled;
        try
        {
            compiled = _nvrtc.Compile(variant, target);
        }
        catch (NvrtcException e) when (!e.IsRefusal && Shipped(variant) is not null)
        {
            if (Interlocked.Exchange(ref _brokenCompilerTold, 1) == 0)
            {
                _log?.Invoke($"NVRTC does not work ({e.Message}): the driver translates the PTX that comes along");
            }

            return Shipped(variant)!;
        }

        Interlocked.Increment(ref _compiledCount);
        _cache?.Write(key, compiled);
        return compiled;
    }
}
