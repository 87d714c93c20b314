using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Launching;
using SpecExecNative.Kernels.Cuda.Memory;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// An NVIDIA card, through its driver alone. Weights, activations and the KV cache are binary16 or bfloat16; sums, the
/// residual stream and logits are F32.
/// </summary>
/// <remarks>
/// Ops are checked for shapes and memory when they are asked for. Token ids, positions and slots lie in the card's memory,
/// where the host does not see them: they must be right.
/// </remarks>
public sealed class CudaDevice : ComputeDevice
{
    private readonly CudaDeviceOptions _options;
    private readonly PrimaryContext _context;
    private readonly KernelLoader _loader;
    private readonly KernelSet _kernels;
    private readonly HostRegistration _registration;

    private CudaDevice(CudaCard card, CudaDeviceOptions options)
    {
        _options = options;
        Card = card;
        ActivationType = options.Element;
        Name = $"{card.Name} (CUDA {card.Ordinal}, compute capability {card.Architecture}, {options.Element})";
        KernelCache? cache = options.UsesCache ? new KernelCache(options.CacheFolder ?? KernelCache.DefaultFolder, options.Log) : null;
        Compiler = new KernelCompiler(card.Architecture, OpenCompiler(options.Log), cache, options.Log);
        _context = new PrimaryContext(card.Open());
        try
        {
            _loader = new KernelLoader(_context, Compiler, options.Log);
            _kernels = new KernelSet(_loader, card, options.Element);
            _registration = new HostRegistration(_context, card.RegistersHostMemory, options.RegistrationBytes);
        }
        catch
        {
            _context.Dispose();
            throw;
        }
    }

    /// <summary>What the driver says of the card.</summary>
    public CudaCard Card { get; }

    /// <summary>Where its kernels come from.</summary>
    public KernelCompiler Compiler { get; }

    public override string Name { get; }

    public override DType ActivationType { get; }

    public override DType KvType => ActivationType;

    /// <summary>Memory of the card that nobody has, and all of it.</summary>
    public (long Free, long Total) MemoryBytes
    {
        get
        {
            _context.MakeCurrent();
            CudaDriver.cuMemGetInfo_v2(out nuint free, out nuint total).ThrowOnError();
            return ((long)free, (long)total);
        }
    }

    public override long? FreeBytes => MemoryBytes.Free;

    /// <summary>Opens a card and compiles the kernels that every model needs; the others follow when they are asked for.</summary>
    /// <exception cref="CudaUnavailableException">There is no driver, no such card, or it is too old for what is asked.</exception>
    /// <exception cref="CudaException">The driver does not work.</exception>
    /// <exception cref="NvrtcException">The kernels cannot be compiled.</exception>
    public static CudaDevice Open(CudaDeviceOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new CudaDeviceOptions();
        if (options.Element is not (DType.F16 or DType.BF16))
        {
            throw new ArgumentException($"A card computes in F16 or BF16, not in {options.Element}.", nameof(options));
        }

        CudaCard card = CudaCard.Require(options.Ordinal);
        if (options.Element == DType.BF16 && card.Generation == KernelGeneration.Turing)
        {
            throw new CudaUnavailableException($"{card.Name} (compute capability {card.Architecture}) has no BF16; use F16.");
        }

        var device = new CudaDevice(card, options);
        try
        {
            device._kernels.Prepare(device.Compiler, cancellation);
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    public override DeviceBuffer Allocate(long bytes, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        try
        {
            return new CudaBuffer(this, new DeviceMemoryHandle(_context, bytes), bytes);
        }
        catch (CudaException e) when (e.Code == (int)CudaResult.OutOfMemory)
        {
            throw new DeviceOutOfMemoryException(Name, purpose, bytes, e);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The smaller ones are mapped, too: kernels can read small parts of them.</remarks>
    public override PinnedBuffer AllocatePinned(long bytes, string purpose)
        => (bytes < _options.RegisteredFromBytes ? null : AllocateRegistered(bytes, purpose)) ?? AllocateDriverPinned(bytes, purpose);

    /// <summary>Pinned memory of the driver's own, mapped.</summary>
    internal PinnedBuffer AllocateDriverPinned(long bytes, string purpose)
        => new CudaPinnedBuffer(AllocatePinnedMemory(bytes, HostMemoryFlags.Portable | HostMemoryFlags.DeviceMapped, purpose), bytes);

    /// <summary>Pinned memory of the program's own, registered with the driver; null: it does not do so.</summary>
    internal PinnedBuffer? AllocateRegistered(long bytes, string purpose) => Register(bytes, purpose) is { } memory ? new CudaPinnedBuffer(memory, bytes) : null;

    public override ComputeQueue CreateQueue(string name, RowResults results = RowResults.Invariant)
        => new CudaQueue(this, _context, _kernels, results);

    /// <summary>A queue with other kernels: what <paramref name="replace"/> gives for each variant that an op asks for.</summary>
    internal ComputeQueue CreateQueue(RowResults results, Func<KernelVariant, KernelVariant> replace)
        => new CudaQueue(this, _context, new KernelSet(_loader, Card, _options.Element, replace), results);

    /// <summary>A variant by itself, loaded.</summary>
    internal LoadedKernel Load(KernelVariant variant) => _loader.Load(variant);

    public override DeviceEvent CreateEvent() => new CudaEvent(_context);

    public override DeviceEvent CreateTimedEvent() => new CudaEvent(_context, isTimed: true);

    public override Mailbox CreateMailbox(int bytes, string purpose) => new CudaMailbox(this, _context, bytes, purpose);

    public override string LayoutName => $"cuda-{ActivationType}-1";

    public override bool PinnedMemoryIsScarce => true;

    public override long PackedBytes(WeightShape shape) => PackedLayout.Bytes(shape);

    public override unsafe void PackRows(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset)
    {
        const string op = nameof(PackRows);
        ArgumentChecks.PackedRows(op, rows, shape, firstRow, rowCount);
        byte* matrix = CudaArguments.Pinned(op, nameof(destination), destination, destinationOffset, PackedLayout.Bytes(shape));
        if (shape.Type == DType.Int4)
        {
            Int4Layout.Write(rows, shape, firstRow, ActivationType, new Span<byte>(matrix, checked((int)Int4Layout.Bytes(shape))));
            return;
        }

        long rowBytes = RowLayout.Bytes(shape with { Rows = 1 });
        RowLayout.Write(rows, shape, ActivationType, new Span<byte>(matrix + (firstRow * rowBytes), checked((int)(rowCount * rowBytes))));
    }

    /// <summary>Page-locked memory, with an error that names what it is for.</summary>
    internal HostMemoryHandle AllocatePinnedMemory(long bytes, HostMemoryFlags flags, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        try
        {
            return new PinnedMemoryHandle(_context, bytes, flags);
        }
        catch (CudaException e) when (e.Code == (int)CudaResult.OutOfMemory)
        {
            throw new DeviceOutOfMemoryException("host (page-locked)", purpose, bytes, e) { IsHost = true };
        }
    }

    /// <returns>Null: the driver does not do so.</returns>
    private RegisteredMemoryHandle? Register(long bytes, string purpose)
    {
        try
        {
            RegisteredMemoryHandle? memory = _registration.TryTake(bytes, out CudaException? refusal);
            if (refusal is not null)
            {
                _options.Log?.Invoke($"memory for {purpose} cannot be registered ({refusal.Name}); from here on it is taken from the driver");
            }

            return memory;
        }
        catch (Exception e) when (e is OutOfMemoryException or CudaException { Code: (int)CudaResult.OutOfMemory })
        {
            throw new DeviceOutOfMemoryException("host (page-locked)", purpose, bytes, e) { IsHost = true };
        }
    }

    /// <summary>A compiler that does not even tell its version is as good as none, since PTX comes along.</summary>
    private static NvrtcCompiler? OpenCompiler(Action<string>? log)
    {
        try
        {
            return NvrtcCompiler.TryOpen();
        }
        catch (NvrtcException e)
        {
            log?.Invoke($"NVRTC does not work ({e.Message})");
            return null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _loader.Dispose();
        _context.Dispose();
    }
}
