using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Bench.Stream;

/// <summary>Copies to a device over a queue of their own. Each takes the bytes behind the last one's, so that none comes from a processor's cache.</summary>
internal sealed class CopyLane : IDisposable
{
    private const string Purpose = "copies";

    private readonly Action<ByteRange> _ask;
    private readonly Action _settle;
    private readonly Stack<IDisposable> _owned = new();
    private readonly long _bytes;
    private long _next;

    /// <param name="device">Where copies go.</param>
    /// <param name="origin">Where they come from.</param>
    /// <param name="bytes">Of the memory, or the file, that they are taken from.</param>
    /// <param name="openFile">Opens the file, of one layer of so many bytes.</param>
    public CopyLane(ComputeDevice device, CopyOrigin origin, int bytes, Func<PackedLayersFile> openFile)
    {
        _bytes = bytes;
        try
        {
            ComputeQueue queue = Own(device.CreateQueue("copies"));
            DeviceBuffer destination = Own(device.Allocate(bytes, Purpose));
            (_ask, _settle) = origin switch
            {
                CopyOrigin.Pinned => FromPinned(queue, destination, device is CudaDevice card ? card.AllocateDriverPinned(bytes, Purpose) : device.AllocatePinned(bytes, Purpose)),
                CopyOrigin.Registered => FromPinned(queue, destination, ((CudaDevice)device).AllocateRegistered(bytes, Purpose) ?? throw new InvalidOperationException("The driver registers no memory.")),
                CopyOrigin.Engine => ByEngine(device, queue, destination),
                _ => Fed(device, queue, destination, origin == CopyOrigin.Disk ? new DiskLayers(openFile(), [0]) : Pageable(device)),
            };
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Asks for a copy.</summary>
    public void Copy(long bytes)
    {
        _next = _next + bytes > _bytes ? 0 : _next;
        _ask(new ByteRange(_next, bytes));
        _next += bytes;
    }

    /// <summary>Waits for all of them.</summary>
    public void Settle() => _settle();

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? last))
        {
            last.Dispose();
        }
    }

    private (Action<ByteRange>, Action) FromPinned(ComputeQueue queue, DeviceBuffer destination, PinnedBuffer source)
    {
        Own(source);
        Fill(source);
        return (range => queue.CopyToDevice(source, range.Offset, destination, range.Offset, range.Bytes), queue.Synchronize);
    }

    /// <summary>The driver's call alone. The memory is the driver's own, so a copy may take any part of it.</summary>
    private unsafe (Action<ByteRange>, Action) ByEngine(ComputeDevice device, ComputeQueue queue, DeviceBuffer destination)
    {
        PinnedBuffer source = Own(((CudaDevice)device).AllocateDriverPinned(_bytes, Purpose));
        Fill(source);
        byte* from = ((CudaPinnedBuffer)source).Address;
        DevicePointer to = ((CudaBuffer)destination).Pointer;
        return (
            range => CudaDriver.cuMemcpyHtoDAsync_v2(to + range.Offset, from + range.Offset, (nuint)range.Bytes, ((CudaQueue)queue).Stream).ThrowOnError(),
            queue.Synchronize);
    }

    private (Action<ByteRange>, Action) Fed(ComputeDevice device, ComputeQueue queue, DeviceBuffer destination, LayerSource source)
    {
        DeviceEvent free = Own(device.CreateEvent());
        DeviceEvent copied = Own(device.CreateEvent());
        queue.Record(free);
        StagedFeed feed = Own(new StagedFeed(device, queue, source));
        void Settle()
        {
            feed.Drain();
            queue.Synchronize();
        }

        return (range => feed.Request(0, range, destination, free, copied), Settle);
    }

    private MemoryLayers Pageable(ComputeDevice device)
    {
        var memory = new MemoryLayers();
        using PinnedBuffer random = device.AllocatePinned(_bytes, Purpose);
        Fill(random);
        memory.AddPageable(random);
        return memory;
    }

    private static void Fill(PinnedBuffer buffer) => new Random(1).NextBytes(buffer.Span(0, (int)buffer.Bytes));

    private T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Push(item);
        return item;
    }
}
