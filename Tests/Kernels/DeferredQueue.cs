using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels;

/// <summary>Keeps what it is asked to do until the host, or another queue, waits for it; an eager one does it as soon as what it waits for itself allows.</summary>
internal sealed class DeferredQueue(ComputeQueue inner, Action asked, bool isEager = false) : ComputeQueue
{
    private readonly Queue<Action> _pending = new();
    private long _asked;
    private List<Action>? _capture;

    /// <summary>Replays of captured work, of all queues: shows that something was captured at all.</summary>
    public static int Replays { get; private set; }

    /// <summary>Pieces of work done so far.</summary>
    public long Done { get; private set; }

    /// <summary>The most work that ever waited: shows that something was deferred at all.</summary>
    public static int LongestBacklog { get; private set; }

    /// <summary>Asked at each wait: it is not made.</summary>
    public Func<bool> IsForgotten { get; init; } = () => false;

    public void WorkUntil(long point)
    {
        while (Done < point && _pending.TryDequeue(out Action? work))
        {
            Done++;
            work();
        }
    }

    public override void CopyToDevice(PinnedBuffer source, long sourceOffset, DeviceBuffer destination, long destinationOffset, long bytes)
        => Later(() => inner.CopyToDevice(source, sourceOffset, destination, destinationOffset, bytes));

    public override void CopyToHost(DeviceBuffer source, long sourceOffset, PinnedBuffer destination, long destinationOffset, long bytes)
        => Later(() => inner.CopyToHost(source, sourceOffset, destination, destinationOffset, bytes));

    public override void Record(DeviceEvent point)
    {
        if (_capture is not null)
        {
            _capture.Add(() => Record(point));
            return;
        }

        ((DeferredEvent)point).RecordedAt(this, _asked);
    }

    /// <summary>Keeps the ops with the arguments they had, as a graph does: what they name must still be right when they are replayed.</summary>
    public override CapturedWork Capture(Action work)
    {
        List<Action> captured = [];
        _capture = captured;
        try
        {
            work();
            return new Graph(captured);
        }
        finally
        {
            _capture = null;
        }
    }

    /// <summary>For the record that was the last when this was asked, as CUDA does.</summary>
    public override void Wait(DeviceEvent point)
    {
        if (!IsForgotten())
        {
            Later(((DeferredEvent)point).LastRecord());
        }
    }

    public override void Synchronize()
    {
        if (_capture is not null)
        {
            throw new InvalidOperationException("Waiting cannot be captured.");
        }

        WorkUntil(_asked);
    }

    public override void Embed(WeightMatrix table, DeviceTensor tokens, DeviceTensor output)
        => Later(() => inner.Embed(table, tokens, output));

    public override void RmsNorm(DeviceTensor input, DeviceTensor weight, float epsilon, DeviceTensor output, DeviceTensor? order = null)
        => Later(() => inner.RmsNorm(input, weight, epsilon, output, order));

    public override void Linear(DeviceTensor input, WeightMatrix weight, DeviceTensor? bias, DeviceTensor output, LinearOutput mode)
        => Later(() => inner.Linear(input, weight, bias, output, mode));

    public override void SwiGlu(DeviceTensor input, WeightMatrix gate, WeightMatrix up, DeviceTensor output)
        => Later(() => inner.SwiGlu(input, gate, up, output));

    public override void RotateAndStore(
        DeviceTensor qkv, AttentionShape shape, QueryKeyNorm? norm, DeviceTensor rope, in TokenRows rows, KvCacheLayer cache, DeviceTensor queries)
    {
        TokenRows kept = rows;
        Later(() => inner.RotateAndStore(qkv, shape, norm, rope, kept, cache, queries));
    }

    public override void TreeAttention(
        DeviceTensor queries, AttentionShape shape, in TokenRows rows, KvCacheLayer cache, DeviceTensor output, DeviceTensor? places = null)
    {
        TokenRows kept = rows;
        Later(() => inner.TreeAttention(queries, shape, kept, cache, output, places));
    }

    public override void GatherRows(DeviceTensor input, DeviceTensor indices, DeviceTensor output)
        => Later(() => inner.GatherRows(input, indices, output));

    public override void TopK(DeviceTensor logits, int vocabulary, float temperature, DeviceTensor ids, DeviceTensor logProbabilities)
        => Later(() => inner.TopK(logits, vocabulary, temperature, ids, logProbabilities));

    public override void MoveSlots(KvCacheLayer cache, DeviceTensor slots, int firstDestination)
        => Later(() => inner.MoveSlots(cache, slots, firstDestination));

    /// <summary>Work that nobody waited for is lost with the queue, as on a device that is torn down.</summary>
    protected override void Dispose(bool disposing) => inner.Dispose();

    private void Later(Action work)
    {
        if (_capture is not null)
        {
            _capture.Add(() => Later(work));
            return;
        }

        asked();
        _pending.Enqueue(work);
        _asked++;
        LongestBacklog = Math.Max(LongestBacklog, _pending.Count);
        if (isEager)
        {
            WorkUntil(_asked);
        }
    }

    private sealed class Graph(List<Action> work) : CapturedWork
    {
        public override void Replay()
        {
            Replays++;
            work.ForEach(w => w());
        }

        protected override void Dispose(bool disposing) => work.Clear();
    }
}
