using System.Collections.Concurrent;
using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda.Launching;

/// <summary>
/// Loads compiled kernels into a context: the machine code, else the PTX, else the PTX that comes along. What a driver has
/// refused once because of its form is not offered again.
/// </summary>
internal sealed class KernelLoader(PrimaryContext context, KernelCompiler compiler, Action<string>? log) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<LoadedKernel>> _kernels = new(StringComparer.Ordinal);
    private volatile bool _refusesCubin;
    private volatile bool _refusesPtx;

    /// <summary>A variant, loaded at its first use.</summary>
    /// <exception cref="CudaException">The driver takes it in no form.</exception>
    public LoadedKernel Load(KernelVariant variant)
        => _kernels.GetOrAdd(variant.Name, static (_, of) => new(() => of.Self.LoadNow(of.Variant)), (Self: this, Variant: variant)).Value;

    public void Dispose()
    {
        foreach (Lazy<LoadedKernel> kernel in _kernels.Values)
        {
            if (kernel.IsValueCreated)
            {
                kernel.Value.Dispose();
            }
        }
    }

    private LoadedKernel LoadNow(KernelVariant variant)
    {
        CompiledKernel compiled = compiler.Get(variant);
        CudaException? refusal = null;
        if (!_refusesCubin && !compiled.Cubin.IsEmpty && TryLoad(variant, compiled.Cubin.Span, ref refusal) is { } fromCubin)
        {
            return fromCubin;
        }

        _refusesCubin |= Note(refusal, "machine code", "PTX");
        if (!_refusesPtx && TryLoad(variant, compiled.Ptx.Span, ref refusal) is { } fromPtx)
        {
            return fromPtx;
        }

        _refusesPtx |= Note(refusal, "PTX of this NVRTC", "the PTX that comes along");
        return KernelCompiler.Shipped(variant) is { } shipped && TryLoad(variant, shipped.Ptx.Span, ref refusal) is { } fromShipped
            ? fromShipped
            : throw refusal ?? (Exception)new CudaUnavailableException(
                $"The driver takes neither machine code nor PTX of this NVRTC, and {variant.Name} does not come along; install NVRTC of the driver's own CUDA version.");
    }

    /// <summary>Says a refusal once, for the first kernel that meets it.</summary>
    private bool Note(CudaException? refusal, string form, string next)
    {
        if (refusal is null)
        {
            return false;
        }

        bool isFirst = form == "machine code" ? !_refusesCubin : !_refusesPtx;
        if (isFirst)
        {
            log?.Invoke($"the driver refuses {form} ({refusal.Name}); giving it {next}");
        }

        return true;
    }

    /// <returns>Null: the driver refuses this form.</returns>
    private LoadedKernel? TryLoad(KernelVariant variant, ReadOnlySpan<byte> image, ref CudaException? refusal)
    {
        string translatorLog = "";
        try
        {
            var module = new CodeHandle(context, image, out translatorLog);
            try
            {
                return new LoadedKernel(variant, module);
            }
            catch
            {
                module.Dispose();
                throw;
            }
        }
        catch (CudaException e) when (IsAboutForm((CudaResult)e.Code))
        {
            refusal = translatorLog.Length == 0 ? e : new CudaException($"{e.Call}({variant.Name})", e.Code, e.Name, translatorLog);
            return null;
        }
    }

    private static bool IsAboutForm(CudaResult result) => result
        is CudaResult.InvalidImage or CudaResult.NoBinaryForGpu or CudaResult.InvalidPtx
        or CudaResult.UnsupportedPtxVersion or CudaResult.JitCompilationDisabled
        or CudaResult.JitCompilerNotFound or CudaResult.InvalidSource;
}
