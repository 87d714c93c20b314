using System.Runtime.InteropServices;

namespace SpecExecNative.CudaEmulator.Memory;

/// <summary>A stretch of memory that kernels may touch, with the shadow that the checks keep of it. Device addresses are
/// host addresses.</summary>
public sealed unsafe class DeviceBlock : IDisposable
{
    private const nuint Alignment = 256;
    private readonly bool _owned;
    private byte* _data;

    private DeviceBlock(byte* data, long bytes, DeviceBlockKind kind, bool owned)
    {
        _data = data;
        _owned = owned;
        Address = (ulong)data;
        Bytes = bytes;
        Kind = kind;
        Initialised = new InitialisedBytes(bytes, kind != DeviceBlockKind.Device);
        Shadow = new ShadowPages(bytes);
    }

    public ulong Address { get; }

    /// <summary>First address behind the block.</summary>
    public ulong End => Address + (ulong)Bytes;

    public long Bytes { get; }

    public DeviceBlockKind Kind { get; }

    /// <exception cref="ObjectDisposedException">Freed.</exception>
    public byte* Data => _data is null ? throw new ObjectDisposedException(nameof(DeviceBlock)) : _data;

    internal InitialisedBytes Initialised { get; }

    internal ShadowPages Shadow { get; }

    /// <summary>Allocates memory that the block owns, 256-byte aligned; fresh device memory is filled with 0xFF, which
    /// is NaN in every float format.</summary>
    public static DeviceBlock Allocate(long bytes, DeviceBlockKind kind = DeviceBlockKind.Device)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        byte* data = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Fill(data, (nuint)bytes, kind == DeviceBlockKind.Device ? (byte)0xFF : (byte)0);
        return new DeviceBlock(data, bytes, kind, owned: true);
    }

    /// <summary>Makes memory of somebody else's a block: it must outlive the block.</summary>
    public static DeviceBlock Wrap(byte* data, long bytes, DeviceBlockKind kind)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        return new DeviceBlock(data, bytes, kind, owned: false);
    }

    /// <summary>Says that bytes were written, by a copy, a fill or a kernel.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="bytes">How many.</param>
    public void MarkInitialised(long offset, long bytes) => Initialised.Mark(offset, bytes);

    /// <summary>Whether all of these bytes were written since the block came to be.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="bytes">How many.</param>
    public bool IsInitialised(long offset, long bytes) => Initialised.Covers(offset, bytes);

    /// <summary>Carries the initialised state of a copy's source over to this block, the copy's destination.</summary>
    /// <param name="offset">First byte written in this block.</param>
    /// <param name="source">Block that was read.</param>
    /// <param name="sourceOffset">First byte read.</param>
    /// <param name="bytes">How many.</param>
    public void CopyInitialised(long offset, DeviceBlock source, long sourceOffset, long bytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        Initialised.CopyFrom(offset, source.Initialised, sourceOffset, bytes);
    }

    public void Dispose()
    {
        if (_owned && _data is not null)
        {
            NativeMemory.AlignedFree(_data);
        }

        _data = null;
        Initialised.Dispose();
        Shadow.Dispose();
    }
}
