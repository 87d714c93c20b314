namespace SpecExecNative.Kernels.Simulated;

/// <summary>A queue of a card that only takes time. Shapes are checked as everywhere, contents are not: there are none.</summary>
internal sealed class SimulatedQueue : ComputeQueue
{
    /// <summary>A copy that is no larger is read by a kernel: it need not wait for a large one that the engine is at.</summary>
    private const long LargestMappedCopy = 1 << 20;

    private readonly SimulatedDevice _device;
    private readonly Queue<SimulatedWork> _pending;
    private SimulatedWork? _last;
    private bool _replaying;

    public SimulatedQueue(SimulatedDevice device)
    {
        _device = device;
        _pending = device.Schedule.AddQueue();
    }

    private OpCosts Costs => _device.Costs;

    /// <summary>Asks for something.</summary>
    public void Add(string name, SimulatedEngine? engine, double seconds, SimulatedWork? awaited = null)
    {
        if (!_replaying)
        {
            _device.Clock.Advance(_device.Host.Enqueue);
        }

        _last = new SimulatedWork(name, engine, seconds, _device.Clock.Now) { Previous = _last, Awaited = awaited };
        _pending.Enqueue(_last);
    }

    public override void CopyToDevice(PinnedBuffer source, long sourceOffset, DeviceBuffer destination, long destinationOffset, long bytes)
    {
        ArgumentChecks.Range(nameof(CopyToDevice), nameof(source), source.Bytes, sourceOffset, bytes, 1);
        ArgumentChecks.Range(nameof(CopyToDevice), nameof(destination), destination.Bytes, destinationOffset, bytes, 1);
        if (bytes > LargestMappedCopy)
        {
            Add("copy", _device.Copies, Costs.Copy(bytes));
            return;
        }

        Add("read", _device.Compute, Costs.MappedRead(bytes));
        if (source is SimulatedPinnedBuffer { HasContent: true })
        {
            ((SimulatedBuffer)destination).Keep(destinationOffset, source.Span(sourceOffset, (int)bytes));
        }
    }

    public override void CopyToHost(DeviceBuffer source, long sourceOffset, PinnedBuffer destination, long destinationOffset, long bytes)
    {
        ArgumentChecks.Range(nameof(CopyToHost), nameof(source), source.Bytes, sourceOffset, bytes, 1);
        ArgumentChecks.Range(nameof(CopyToHost), nameof(destination), destination.Bytes, destinationOffset, bytes, 1);
        Add("copy back", _device.CopiesBack, Costs.Copy(bytes));
    }

    public override void Record(DeviceEvent point)
    {
        if (!_replaying)
        {
            _device.Clock.Advance(_device.Host.Enqueue);
        }

        ((SimulatedEvent)point).Point = _last;
    }

    public override void Wait(DeviceEvent point)
    {
        if (((SimulatedEvent)point).Point is { } awaited)
        {
            Add("wait", null, 0, awaited);
        }
    }

    public override void Synchronize() => _device.WaitFor(_last);

    public override void Embed(WeightMatrix table, DeviceTensor tokens, DeviceTensor output)
    {
        ArgumentChecks.Dense(nameof(Embed), nameof(table), table.Shape);
        Add("embed", _device.Compute, Costs.Move(2 * output.Bytes));
    }

    public override void RmsNorm(DeviceTensor input, DeviceTensor weight, float epsilon, DeviceTensor output, DeviceTensor? order = null)
    {
        ArgumentChecks.Matrix(nameof(RmsNorm), nameof(weight), weight, DType.F32, 1, input.Columns);
        Add("norm", _device.Compute, Costs.Move(input.Bytes + output.Bytes));
    }

    public override void Linear(DeviceTensor input, WeightMatrix weight, DeviceTensor? bias, DeviceTensor output, LinearOutput mode)
    {
        const string op = nameof(Linear);
        ArgumentChecks.Weight(op, nameof(weight), weight.Shape, input.Columns);
        ArgumentChecks.Matrix(op, nameof(output), output, output.Type, input.Rows, weight.Shape.Rows);
        long bytes = RequirePacked(op, weight);
        Add("product", _device.Compute, Costs.Product(input.Rows, weight.Shape, bytes, input.Bytes + output.Bytes));
    }

    public override void SwiGlu(DeviceTensor input, WeightMatrix gate, WeightMatrix up, DeviceTensor output)
    {
        const string op = nameof(SwiGlu);
        ArgumentChecks.Alike(op, gate.Shape, up.Shape);
        ArgumentChecks.Weight(op, nameof(gate), gate.Shape, input.Columns);
        ArgumentChecks.Matrix(op, nameof(output), output, output.Type, input.Rows, gate.Shape.Rows);
        long bytes = RequirePacked(op, gate) + RequirePacked(op, up);
        WeightShape both = gate.Shape with { Rows = 2 * gate.Shape.Rows };
        Add("gate and up", _device.Compute, Costs.Product(input.Rows, both, bytes, input.Bytes + output.Bytes));
    }

    public override void RotateAndStore(
        DeviceTensor qkv, AttentionShape shape, QueryKeyNorm? norm, DeviceTensor rope, in TokenRows rows, KvCacheLayer cache, DeviceTensor queries)
    {
        ArgumentChecks.Attention(nameof(RotateAndStore), shape);
        ArgumentChecks.Matrix(nameof(RotateAndStore), nameof(qkv), qkv, DType.F32, qkv.Rows, shape.QkvColumns);
        Add("rope", _device.Compute, Costs.Move(qkv.Bytes + (qkv.Bytes / 2)));
    }

    public override void TreeAttention(
        DeviceTensor queries, AttentionShape shape, in TokenRows rows, KvCacheLayer cache, DeviceTensor output, DeviceTensor? places = null)
    {
        ArgumentChecks.Attention(nameof(TreeAttention), shape);
        long keys = KeysOf(rows, shape.SlidingWindow ?? int.MaxValue);
        long keyBytes = 2L * shape.KvHeads * shape.HeadDim * cache.Type.Bytes();
        Add("attention", _device.Compute, Costs.Attention(queries.Rows, keys, shape, keyBytes));
    }

    public override void GatherRows(DeviceTensor input, DeviceTensor indices, DeviceTensor output)
        => Add("gather", _device.Compute, Costs.Move(2 * output.Bytes));

    public override void TopK(DeviceTensor logits, int vocabulary, float temperature, DeviceTensor ids, DeviceTensor logProbabilities)
    {
        ArgumentChecks.TopK(nameof(TopK), logits, vocabulary, temperature, ids.Columns);
        Add("top-k", _device.Compute, Costs.Move(2 * logits.Bytes));
    }

    public override void MoveSlots(KvCacheLayer cache, DeviceTensor slots, int firstDestination)
        => Add("move slots", _device.Compute, Costs.Move(4L * slots.Columns * cache.KvHeads * cache.HeadDim * cache.Type.Bytes()));

    public override CapturedWork Capture(Action work) => new Replayed(this, work);

    protected override void Dispose(bool disposing) => _device.Schedule.RemoveQueue(_pending);

    private static long RequirePacked(string op, WeightMatrix weight)
    {
        long bytes = Cuda.Packing.PackedLayout.Bytes(weight.Shape);
        ArgumentChecks.Range(op, nameof(weight), weight.Buffer.Bytes, weight.ByteOffset, bytes, DeviceBuffer.Alignment);
        return bytes;
    }

    private static long KeysOf(in TokenRows rows, int window)
    {
        ReadOnlySpan<int> prefixes = ((SimulatedBuffer)rows.PrefixLengths.Buffer).Integers(rows.PrefixLengths);
        ReadOnlySpan<int> starts = ((SimulatedBuffer)rows.PathStarts.Buffer).Integers(rows.PathStarts);
        long keys = 0;
        for (int row = 0; row < prefixes.Length; row++)
        {
            keys += Math.Min(window, prefixes[row] + starts[row + 1] - starts[row]);
        }

        return keys;
    }

    private sealed class Replayed(SimulatedQueue queue, Action work) : CapturedWork
    {
        public override void Replay()
        {
            queue._device.Clock.Advance(queue._device.Host.Replay);
            (queue._replaying, queue.Costs.IsReplaying) = (true, true);
            try
            {
                work();
            }
            finally
            {
                (queue._replaying, queue.Costs.IsReplaying) = (false, false);
            }
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
