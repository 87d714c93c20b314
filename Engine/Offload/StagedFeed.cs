using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using SpecExecNative.Engine.Tracing;
using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>
/// Layers that do not wait in pinned memory: a thread reads them, in pieces, several reads at a time, into a small ring of pinned memory, and
/// queues each piece's copy as soon as it is there. A pass waits for it only where it has caught up with it.
/// </summary>
internal sealed class StagedFeed : ILayerFeed
{
    /// <summary>Large enough for a disk or a link to work at its full rate, small enough for many to be under way.</summary>
    private const int PieceBytes = 4 << 20;

    private const int Pieces = 12;

    /// <summary>Pinned memory that it takes.</summary>
    public const long RingBytes = (long)PieceBytes * Pieces;

    private readonly ComputeQueue _copies;
    private readonly LayerSource _source;
    private readonly Pacer? _pace;
    private readonly DeviceMemory _memory;
    private readonly Place[] _places;
    private readonly BlockingCollection<Wish> _wishes = [];
    private readonly CancellationTokenSource _end = new();
    private Thread _thread;
    private readonly object _progress = new();
    private readonly Queue<(Task Read, Piece Piece)> _reading = new();
    private ExceptionDispatchInfo? _failure;
    private long _asked;
    private long _queued;
    private int _nextPlace;

    /// <param name="device">Where the layers go.</param>
    /// <param name="copies">The queue; the caller's, and nobody else uses it.</param>
    /// <param name="source">Where the layers wait; owned from here on.</param>
    /// <param name="pace">Holds copies back; null: nothing does.</param>
    /// <exception cref="DeviceOutOfMemoryException">There is no pinned memory for the ring.</exception>
    public StagedFeed(ComputeDevice device, ComputeQueue copies, LayerSource source, Pacer? pace = null)
    {
        (_copies, _source, _pace) = (copies, source, pace);
        _memory = new DeviceMemory(device);
        _memory.Own(() => source);
        _places = new Place[Pieces];
        for (int i = 0; i < Pieces; i++)
        {
            _places[i] = new Place(
                _memory.AllocatePinned(PieceBytes + (2L * source.Alignment), "staging of layers"), _memory.Own(device.CreateEvent));
        }

        _thread = StartThread();
    }

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public Timeline? Timeline { get; set; }

    /// <inheritdoc/>
    public void BeginPass() => _source.BeginPass();

    /// <inheritdoc/>
    public bool Restart()
    {
        lock (_progress)
        {
            if (_failure is null)
            {
                return false;
            }
        }

        _thread.Join();
        while (_wishes.TryTake(out _))
        {
        }

        _reading.Clear();
        _copies.Synchronize();
        (_queued, _failure) = (_asked, null);
        _thread = StartThread();
        return true;
    }

    /// <inheritdoc/>
    public long Request(int layer, ByteRange range, DeviceBuffer destination, DeviceEvent free, DeviceEvent copied)
    {
        _wishes.Add(new Wish(layer, range, destination, free, copied));
        return ++_asked;
    }

    /// <inheritdoc/>
    public void AwaitQueued(long request)
    {
        lock (_progress)
        {
            while (_queued < request && _failure is null)
            {
                Monitor.Wait(_progress);
            }
        }

        ThrowIfFailed();
    }

    /// <inheritdoc/>
    public void Drain() => AwaitQueued(_asked);

    public void Dispose()
    {
        if (_end.IsCancellationRequested)
        {
            return;
        }

        _end.Cancel();
        _thread.Join();
        try
        {
            _copies.Synchronize(); // copies out of the ring may still be under way
        }
        finally
        {
            Disposal.All([_memory, _wishes, _end]);
        }
    }

    private Thread StartThread()
    {
        var thread = new Thread(Work) { IsBackground = true, Name = "layers" };
        thread.Start();
        return thread;
    }

    private void ThrowIfFailed()
    {
        lock (_progress)
        {
            _failure?.Throw();
        }
    }

    private void Work()
    {
        try
        {
            while (true)
            {
                Accept(_wishes.Take(_end.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
        catch (Exception e)
        {
            lock (_progress)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
                Monitor.PulseAll(_progress);
            }
        }
        finally
        {
            Task.WhenAll(_reading.Select(r => r.Read)).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }
    }

    /// <summary>Begins to read a wish's pieces; before another read can begin in a place, the oldest one's copy is queued.</summary>
    private void Accept(Wish wish)
    {
        if (_source.Pinned(wish.Layer) is { } pinned)
        {
            QueueAll();
            Claim(wish);
            long most = _pace is null ? wish.Range.Bytes : PieceBytes;
            for (long done = 0; done < wish.Range.Bytes; done += most)
            {
                long at = wish.Range.Offset + done;
                Copy(wish, pinned, at, at, Math.Min(most, wish.Range.Bytes - done));
            }

            End(wish);
            return;
        }

        for (long at = wish.Range.Offset; at < wish.Range.Offset + wish.Range.Bytes; at += PieceBytes)
        {
            if (_reading.Count == Pieces)
            {
                QueueOldest();
            }

            long bytes = Math.Min(PieceBytes, wish.Range.Offset + wish.Range.Bytes - at);
            StartReading(wish, at, bytes);
        }

        // Without further wishes nobody else would queue what has been read.
        while (_reading.Count > 0 && _wishes.Count == 0)
        {
            QueueOldest();
        }
    }

    /// <summary>The wish's place may be overwritten from here on. Copies that are held back must not wait in the queue and then come all at once.</summary>
    private void Claim(Wish wish)
    {
        _copies.Wait(wish.Free);
        if (_pace is not null)
        {
            wish.Free.Synchronize();
        }
    }

    private void Copy(Wish wish, PinnedBuffer from, long fromOffset, long offset, long bytes)
    {
        _pace?.Pass(bytes);
        Timeline? timeline = Timeline; // it may be taken away meanwhile
        TimedSpan? span = timeline?.Begin(_copies, DeviceTrack.CopyToDevice, $"streamed layer {wish.Layer}");
        _copies.CopyToDevice(from, fromOffset, wish.Destination, offset, bytes);
        if (span is not null)
        {
            timeline?.End(_copies, span);
        }
    }

    private void QueueAll()
    {
        while (_reading.Count > 0)
        {
            QueueOldest();
        }
    }

    /// <summary>All of a wish's copies have been queued.</summary>
    private void End(Wish wish)
    {
        _pace?.Finish();
        _copies.Record(wish.Copied);
        lock (_progress)
        {
            _queued++;
            Monitor.PulseAll(_progress);
        }
    }

    private void StartReading(Wish wish, long offset, long bytes)
    {
        Place place = _places[_nextPlace];
        _nextPlace = (_nextPlace + 1) % Pieces;
        long start = offset / _source.Alignment * _source.Alignment;
        long end = (offset + bytes + _source.Alignment - 1) / _source.Alignment * _source.Alignment;
        place.Free.Synchronize();
        var piece = new Piece(wish, place, offset - start, offset, bytes);
        _reading.Enqueue((Task.Run(() => _source.Read(wish.Layer, start, place.Memory.Span(0, (int)(end - start)))), piece));
    }

    private void QueueOldest()
    {
        (Task read, Piece piece) = _reading.Dequeue();
        read.GetAwaiter().GetResult();
        Wish wish = piece.Wish;
        if (piece.Offset == wish.Range.Offset)
        {
            Claim(wish);
        }

        Copy(wish, piece.Place.Memory, piece.Skipped, piece.Offset, piece.Bytes);
        _copies.Record(piece.Place.Free);
        if (piece.Offset + piece.Bytes == wish.Range.Offset + wish.Range.Bytes)
        {
            End(wish);
        }
    }

    /// <param name="Memory">Takes a piece.</param>
    /// <param name="Free">Behind the copy out of it.</param>
    private sealed record Place(PinnedBuffer Memory, DeviceEvent Free);

    private sealed record Wish(int Layer, ByteRange Range, DeviceBuffer Destination, DeviceEvent Free, DeviceEvent Copied);

    /// <param name="Wish">What it is a part of.</param>
    /// <param name="Place">Where it is read to.</param>
    /// <param name="Skipped">Bytes before it that were read for alignment's sake.</param>
    /// <param name="Offset">In the blob.</param>
    /// <param name="Bytes">How many.</param>
    private sealed record Piece(Wish Wish, Place Place, long Skipped, long Offset, long Bytes);
}
