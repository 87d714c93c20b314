using System.Runtime.InteropServices;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda.Memory;

/// <summary>
/// Large page-locked memory: ordinary memory, brought in by several threads, which the driver alone does with one, and then registered
/// piece by piece, as some systems refuse large pieces.
/// </summary>
internal sealed unsafe class RegisteredMemoryHandle : HostMemoryHandle
{
    private const int PageBytes = 4096;
    private const long HugePageBytes = 2 << 20;

    /// <summary>What a thread brings in at a time.</summary>
    private const long PortionBytes = 64 << 20;

    private readonly int _pieces;

    /// <param name="context">Whose driver registers it.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="pieceBytes">Of one registration; whole pages.</param>
    /// <exception cref="OutOfMemoryException">There is no such memory at all.</exception>
    /// <exception cref="CudaException">The driver does not lock it.</exception>
    public RegisteredMemoryHandle(PrimaryContext context, long bytes, long pieceBytes)
        : base(context)
    {
        PieceBytes = pieceBytes;
        _pieces = checked((int)((bytes + pieceBytes - 1) / pieceBytes));
        byte* memory = null;
        int registered = 0;
        try
        {
            // Whole pages: the system locks no less, and a page must not have two owners.
            long whole = (bytes + PageBytes - 1) / PageBytes * PageBytes;
            memory = (byte*)NativeMemory.AlignedAlloc((nuint)whole, (nuint)(whole >= HugePageBytes ? HugePageBytes : PageBytes));
            BringIn(memory, whole);
            for (; registered < _pieces; registered++)
            {
                long offset = registered * pieceBytes;
                CudaDriver.cuMemHostRegister_v2(memory + offset, (nuint)Math.Min(pieceBytes, whole - offset), HostMemoryFlags.Portable)
                    .ThrowOnError(nameof(CudaDriver.cuMemHostRegister_v2));
            }
        }
        catch
        {
            Unregister(memory, registered);
            NativeMemory.AlignedFree(memory);
            Dispose();
            throw;
        }

        SetHandle((nint)memory);
    }

    public override long PieceBytes { get; }

    protected override CudaResult Free(nint value) => Unregister((byte*)value, _pieces);

    protected override void FreeOwn(nint value) => NativeMemory.AlignedFree((void*)value);

    /// <summary>Memory that nobody has touched is only promised; the system gives and clears it page by page.</summary>
    private static void BringIn(byte* memory, long bytes)
        => Parallel.For(0, (bytes + PortionBytes - 1) / PortionBytes, portion =>
        {
            long end = Math.Min(bytes, (portion + 1) * PortionBytes);
            for (long at = portion * PortionBytes; at < end; at += PageBytes)
            {
                Volatile.Write(ref memory[at], 0);
            }
        });

    private CudaResult Unregister(byte* memory, int count)
    {
        CudaResult first = CudaResult.Success;
        for (int piece = 0; piece < count; piece++)
        {
            CudaResult result = CudaDriver.cuMemHostUnregister(memory + (piece * PieceBytes));
            first = first == CudaResult.Success ? result : first;
        }

        return first;
    }
}
