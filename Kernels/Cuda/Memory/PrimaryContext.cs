using System.Runtime.InteropServices;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda.Memory;

/// <summary>
/// A card's primary context, held as long as anything in it lives: whoever disposes the device before its buffers gets
/// no crash. Calls may come from any thread; each makes the context its thread's own first.
/// </summary>
internal sealed class PrimaryContext : SafeHandle
{
    [ThreadStatic]
    private static PrimaryContext? _current;

    private readonly CuDevice _device;

    /// <exception cref="CudaException">The driver gives none.</exception>
    public PrimaryContext(CuDevice device)
        : base(0, ownsHandle: true)
    {
        _device = device;
        CudaDriver.cuDevicePrimaryCtxRetain(out CuContext context, device).ThrowOnError();
        SetHandle(context.Value);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Makes it the calling thread's context.</summary>
    public void MakeCurrent()
    {
        if (!ReferenceEquals(_current, this))
        {
            CudaDriver.cuCtxSetCurrent(new CuContext(handle)).ThrowOnError();
            _current = this;
        }
    }

    /// <summary>The same where nothing may be thrown.</summary>
    public bool TryMakeCurrent()
    {
        if (!ReferenceEquals(_current, this))
        {
            if (CudaDriver.cuCtxSetCurrent(new CuContext(handle)) != CudaResult.Success)
            {
                return false;
            }

            _current = this;
        }

        return true;
    }

    protected override bool ReleaseHandle()
    {
        if (ReferenceEquals(_current, this))
        {
            _current = null;
        }

        return CudaDriver.cuDevicePrimaryCtxRelease_v2(_device) == CudaResult.Success;
    }
}
