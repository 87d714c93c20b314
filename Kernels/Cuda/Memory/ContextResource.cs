using System.Runtime.InteropServices;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda.Memory;

/// <summary>Something in a context that must be freed. It keeps the context alive, and is freed once, at the latest by the finaliser.</summary>
internal abstract class ContextResource : SafeHandle
{
    private readonly PrimaryContext _context;

    protected ContextResource(PrimaryContext context)
        : base(0, ownsHandle: true)
    {
        bool added = false;
        try
        {
            context.DangerousAddRef(ref added);
            context.MakeCurrent();
            _context = context;
        }
        catch
        {
            if (added)
            {
                context.DangerousRelease();
            }

            SetHandleAsInvalid(); // nothing is left to release
            throw;
        }
    }

    /// <summary>A zero handle would never reach <see cref="ReleaseHandle"/>, which must let go of the context.</summary>
    public override bool IsInvalid => false;

    /// <summary>The driver's name for it.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    public nint Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Gives it back to the driver.</summary>
    protected abstract CudaResult Free(nint value);

    /// <summary>Gives back what is not the driver's, after <see cref="Free"/>, also where there is no driver any more.</summary>
    protected virtual void FreeOwn(nint value)
    {
    }

    /// <summary>What the driver answers is of no use here: after a lost device everything fails, and what was in the context is gone anyway.</summary>
    protected sealed override bool ReleaseHandle()
    {
        if (handle != 0)
        {
            if (_context.TryMakeCurrent())
            {
                _ = Free(handle);
            }

            FreeOwn(handle);
        }

        _context.DangerousRelease();
        return true;
    }

    /// <summary>Takes what the driver gave, or frees this and throws.</summary>
    protected void Take(CudaResult result, nint value, string call)
    {
        if (result != CudaResult.Success)
        {
            Dispose();
            throw result.ToException(call);
        }

        SetHandle(value);
    }
}

/// <summary>Memory of a card.</summary>
internal sealed class DeviceMemoryHandle : ContextResource
{
    public DeviceMemoryHandle(PrimaryContext context, long bytes)
        : base(context)
        => Take(CudaDriver.cuMemAlloc_v2(out DevicePointer pointer, (nuint)bytes), (nint)pointer.Address, nameof(CudaDriver.cuMemAlloc_v2));

    public DevicePointer Pointer => new((ulong)Value);

    protected override CudaResult Free(nint value) => CudaDriver.cuMemFree_v2(new DevicePointer((ulong)value));
}

/// <summary>Page-locked memory of the host that the driver itself takes.</summary>
internal sealed unsafe class PinnedMemoryHandle : HostMemoryHandle
{
    public PinnedMemoryHandle(PrimaryContext context, long bytes, HostMemoryFlags flags)
        : base(context)
        => Take(CudaDriver.cuMemHostAlloc(out void* pointer, (nuint)bytes, flags), (nint)pointer, nameof(CudaDriver.cuMemHostAlloc));

    protected override CudaResult Free(nint value) => CudaDriver.cuMemFreeHost((void*)value);
}

/// <summary>An in-order queue.</summary>
internal sealed class StreamHandle : ContextResource
{
    public StreamHandle(PrimaryContext context, int priority = 0)
        : base(context)
        => Take(
            CudaDriver.cuStreamCreateWithPriority(out CuStream stream, StreamFlags.NonBlocking, priority),
            stream.Value,
            nameof(CudaDriver.cuStreamCreateWithPriority));

    public CuStream Stream => new(Value);

    protected override CudaResult Free(nint value) => CudaDriver.cuStreamDestroy_v2(new CuStream(value));
}

/// <summary>A point in a queue.</summary>
internal sealed class EventHandle : ContextResource
{
    public EventHandle(PrimaryContext context, EventFlags flags)
        : base(context)
        => Take(CudaDriver.cuEventCreate(out CuEvent point, flags), point.Value, nameof(CudaDriver.cuEventCreate));

    public CuEvent Event => new(Value);

    protected override CudaResult Free(nint value) => CudaDriver.cuEventDestroy_v2(new CuEvent(value));
}

/// <summary>Loaded code.</summary>
internal sealed unsafe class CodeHandle : ContextResource
{
    private const string Call = nameof(CudaDriver.cuModuleLoadDataEx);

    /// <param name="context">Where to load it.</param>
    /// <param name="image">Machine code, or zero-terminated PTX.</param>
    /// <param name="log">What the driver's translator said.</param>
    public CodeHandle(PrimaryContext context, ReadOnlySpan<byte> image, out string log)
        : base(context)
    {
        const int LogBytes = 4096;
        byte[] buffer = new byte[LogBytes];
        fixed (byte* bytes = image, text = buffer)
        {
            JitOption* options = stackalloc JitOption[] { JitOption.ErrorLogBuffer, JitOption.ErrorLogBufferBytes };
            nint* values = stackalloc nint[] { (nint)text, LogBytes };
            CudaResult result = CudaDriver.cuModuleLoadDataEx(out CuModule module, bytes, 2, options, values);
            int end = buffer.AsSpan().IndexOf((byte)0);
            log = System.Text.Encoding.UTF8.GetString(buffer, 0, end < 0 ? LogBytes : end).Trim();
            Take(result, module.Value, Call);
        }
    }

    public CuModule Module => new(Value);

    protected override CudaResult Free(nint value) => CudaDriver.cuModuleUnload(new CuModule(value));
}

/// <summary>A recorded sequence of work, ready to be queued.</summary>
internal sealed class GraphExecHandle : ContextResource
{
    public GraphExecHandle(PrimaryContext context, CuGraph graph)
        : base(context)
        => Take(CudaDriver.cuGraphInstantiateWithFlags(out CuGraphExec executable, graph, 0), executable.Value, nameof(CudaDriver.cuGraphInstantiateWithFlags));

    public CuGraphExec Executable => new(Value);

    protected override CudaResult Free(nint value) => CudaDriver.cuGraphExecDestroy(new CuGraphExec(value));
}
