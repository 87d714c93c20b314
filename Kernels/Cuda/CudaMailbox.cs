using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// Host memory that the card's kernels write by themselves, and behind it a word that the card sets last. The host watches
/// the word; nothing is copied and no queue is waited for.
/// </summary>
internal sealed unsafe class CudaMailbox : Mailbox
{
    private const int Delivered = 1;
    private const int SpinsBetweenQueries = 2000;

    private readonly PrimaryContext _context;
    private readonly HostMemoryHandle _memory;
    private readonly CudaBuffer _buffer;
    private readonly int _wordOffset;
    private CudaQueue? _queue;
    private bool _isExpected;

    public CudaMailbox(CudaDevice device, PrimaryContext context, int bytes, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        _context = context;
        _wordOffset = checked((int)DeviceBuffer.Align(bytes));
        int total = _wordOffset + DeviceBuffer.Alignment;
        _memory = device.AllocatePinnedMemory(total, HostMemoryFlags.DeviceMapped, purpose);
        try
        {
            CudaDriver.cuMemHostGetDevicePointer_v2(out DevicePointer mapped, _memory.Address, 0).ThrowOnError();
            _buffer = new CudaBuffer(device, _memory, mapped, bytes);
            DeviceWord = mapped + _wordOffset;
            new Span<byte>(_memory.Address, total).Clear();
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    public override DeviceBuffer Buffer => _buffer;

    /// <summary>The word, as the card sees it: the kernel "deliver" sets it behind all that was written before.</summary>
    public DevicePointer DeviceWord { get; }

    private ref int Word => ref *(int*)(_memory.Address + _wordOffset);

    public override void Post(ComputeQueue queue)
    {
        if (queue is not CudaQueue own)
        {
            throw new ArgumentException("The queue is not one of a CUDA device.", nameof(queue));
        }

        own.Post(this);
    }

    public override ReadOnlySpan<byte> Receive()
    {
        if (_queue is null)
        {
            throw new InvalidOperationException("Nothing was posted to this mailbox.");
        }

        if (_isExpected)
        {
            _isExpected = false; // also if it never comes: a delivery that failed must not be in the way of the next
            WaitForWord(_queue);
        }

        return new ReadOnlySpan<byte>(_memory.Address, (int)_buffer.Bytes);
    }

    /// <summary>Before a delivery is queued: the word is cleared while nobody writes it.</summary>
    public void Clear()
    {
        if (_isExpected)
        {
            _ = Receive(); // the delivery before has not been waited for: its word must not be taken for this one's
        }

        Volatile.Write(ref Word, 0);
    }

    /// <summary>A delivery has been queued.</summary>
    public void Expect(CudaQueue queue)
    {
        _queue = queue;
        _isExpected = true;
    }

    protected override void Dispose(bool disposing) => _memory.Dispose();

    private void WaitForWord(CudaQueue queue)
    {
        if (OperatingSystem.IsWindows())
        {
            _ = queue.IsIdle(); // its driver holds launches back until somebody asks
        }

        int spins = 0;
        while (Volatile.Read(ref Word) != Delivered)
        {
            if (++spins % SpinsBetweenQueries != 0)
            {
                Thread.SpinWait(1);
                continue;
            }

            // A fault on the card would leave the word unset for ever.
            if (queue.IsIdle() && Volatile.Read(ref Word) != Delivered)
            {
                throw new InvalidOperationException("The queue has done all its work, and nothing was delivered.");
            }
        }
    }
}
