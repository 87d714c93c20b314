using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Launching;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// A stream of a card: copies, order and captured work. The ops are in the other half. Calls may come from any thread, one
/// at a time.
/// </summary>
internal sealed unsafe partial class CudaQueue : ComputeQueue
{
    /// <summary>Larger copies go through the engine: they are worth its start, and may wait for others.</summary>
    private const long LargestCollected = 1 << 20;

    private const int LargestCollectingGrid = 64;

    private readonly PrimaryContext _context;
    private readonly StreamHandle _stream;
    private readonly CudaArguments _arguments;
    private readonly KernelSet _kernels;
    private readonly QueueScratch _scratch;
    private readonly bool _isInvariant;
    private CaptureRecord? _capture;

    public CudaQueue(CudaDevice device, PrimaryContext context, KernelSet kernels, RowResults results)
    {
        _context = context;
        _kernels = kernels;
        _isInvariant = results == RowResults.Invariant;
        _arguments = new CudaArguments(device);
        _scratch = new QueueScratch(device.Name, context);
        _stream = new StreamHandle(context);
    }

    /// <summary>The stream, with its context current.</summary>
    /// <exception cref="ObjectDisposedException">The queue was disposed.</exception>
    internal CuStream Stream
    {
        get
        {
            CuStream stream = _stream.Stream;
            _context.MakeCurrent();
            return stream;
        }
    }

    public override void CopyToDevice(PinnedBuffer source, long sourceOffset, DeviceBuffer destination, long destinationOffset, long bytes)
    {
        byte* from = CudaArguments.Pinned(nameof(CopyToDevice), nameof(source), source, sourceOffset, bytes);
        DevicePointer to = _arguments.Range(nameof(CopyToDevice), nameof(destination), destination, destinationOffset, bytes, 1);
        var pinned = (CudaPinnedBuffer)source;
        if (bytes is > 0 and <= LargestCollected && pinned.IsMapped && sourceOffset % sizeof(int) == 0 && destinationOffset % sizeof(int) == 0 && bytes % sizeof(int) == 0)
        {
            _context.MakeCurrent();
            Collect(pinned.Mapped + sourceOffset, to, (int)bytes / sizeof(int));
        }
        else
        {
            for (long done = 0, some; done < bytes; done += some)
            {
                some = pinned.WithinPiece(sourceOffset + done, bytes - done);
                CudaDriver.cuMemcpyHtoDAsync_v2(to + done, from + done, (nuint)some, Stream).ThrowOnError();
            }
        }
    }

    public override void CopyToHost(DeviceBuffer source, long sourceOffset, PinnedBuffer destination, long destinationOffset, long bytes)
    {
        DevicePointer from = _arguments.Range(nameof(CopyToHost), nameof(source), source, sourceOffset, bytes, 1);
        byte* to = CudaArguments.Pinned(nameof(CopyToHost), nameof(destination), destination, destinationOffset, bytes);
        for (long done = 0, some; done < bytes; done += some)
        {
            some = ((CudaPinnedBuffer)destination).WithinPiece(destinationOffset + done, bytes - done);
            CudaDriver.cuMemcpyDtoHAsync_v2(to + done, from + done, (nuint)some, Stream).ThrowOnError();
        }
    }

    public override void Record(DeviceEvent point)
    {
        CudaEvent own = RequireOwn(nameof(Record), point);
        if (_capture is not null)
        {
            _capture.Records.Add(own);
            return;
        }

        CudaDriver.cuEventRecord(own.Event, Stream).ThrowOnError();
    }

    public override void Wait(DeviceEvent point)
    {
        CudaEvent own = RequireOwn(nameof(Wait), point);
        if (_capture is not null)
        {
            if (!_capture.Records.Contains(own)) // the queue's own order does that wait
            {
                _capture.Waits.Add(own);
            }

            return;
        }

        CudaDriver.cuStreamWaitEvent(Stream, own.Event, 0).ThrowOnError();
    }

    public override void Synchronize()
    {
        if (_capture is not null)
        {
            throw new InvalidOperationException("Waiting cannot be captured.");
        }

        CudaDriver.cuStreamSynchronize(Stream).ThrowOnError();
    }

    public override CapturedWork Capture(Action work)
    {
        if (_capture is not null)
        {
            throw new InvalidOperationException("A capture within a capture.");
        }

        CuStream stream = Stream;
        CudaDriver.cuStreamBeginCapture_v2(stream, CaptureMode.ThreadLocal).ThrowOnError();
        var record = new CaptureRecord();
        _capture = record;
        try
        {
            work();
        }
        catch
        {
            // The capture must end whatever happened; what it holds is void.
            if (CudaDriver.cuStreamEndCapture(stream, out CuGraph broken) == CudaResult.Success)
            {
                _ = CudaDriver.cuGraphDestroy(broken);
            }

            throw;
        }
        finally
        {
            _capture = null;
        }

        CudaDriver.cuStreamEndCapture(stream, out CuGraph graph).ThrowOnError();
        try
        {
            return new CudaGraph(this, new GraphExecHandle(_context, graph), record);
        }
        finally
        {
            _ = CudaDriver.cuGraphDestroy(graph);
        }
    }

    /// <summary>Queues a recorded sequence.</summary>
    public void Launch(GraphExecHandle graph)
    {
        CuGraphExec executable = graph.Executable;
        CudaDriver.cuGraphLaunch(executable, Stream).ThrowOnError();
    }

    /// <summary>A small copy, past the copy engine, which may be at a layer of the target.</summary>
    private void Collect(DevicePointer from, DevicePointer to, int words)
    {
        LoadedKernel kernel = _kernels.Collect;
        KernelArguments arguments = default;
        arguments.Add(from);
        arguments.Add(to);
        arguments.Add(words);
        int blocks = ((words - 1) / kernel.Variant.Threads) + 1;
        kernel.Launch(Stream, Math.Min(LargestCollectingGrid, blocks), 1, ref arguments);
    }

    /// <summary>Queues a delivery to the host.</summary>
    public void Post(CudaMailbox mailbox)
    {
        if (_capture is null)
        {
            mailbox.Clear();
        }

        KernelArguments arguments = default;
        arguments.Add(mailbox.DeviceWord);
        _kernels.Deliver.Launch(Stream, 1, 1, ref arguments);
        if (_capture is null)
        {
            mailbox.Expect(this);
        }
        else
        {
            _capture.Posts.Add(mailbox);
        }
    }

    /// <summary>Whether everything that was queued is done.</summary>
    /// <exception cref="CudaException">Some of it failed.</exception>
    public bool IsIdle()
    {
        CudaResult result = CudaDriver.cuStreamQuery(Stream);
        if (result == CudaResult.NotReady)
        {
            return false;
        }

        result.ThrowOnError(nameof(CudaDriver.cuStreamQuery));
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _stream.Dispose();
        _scratch.Dispose();
    }

    private static CudaEvent RequireOwn(string op, DeviceEvent point)
        => point as CudaEvent ?? throw new ArgumentException($"{op}: the event is not one of a CUDA device.", nameof(point));
}
