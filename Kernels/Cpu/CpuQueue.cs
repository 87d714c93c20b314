using SpecExecNative.Kernels.Cpu.Linear;
using SpecExecNative.Kernels.Cpu.Ops;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu;

/// <summary>
/// The ops on <typeparamref name="TLanes"/> registers. Each call checks its arguments, does the work on the device's
/// team and returns when it is done; queues of one device take turns. What a GPU could not check at once (token ids,
/// positions, slots) is refused here too, before anything is written.
/// </summary>
internal sealed unsafe class CpuQueue<TLanes>(WorkerTeam team) : ComputeQueue
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly ScratchMemory _scratch = new();

    public override void CopyToDevice(PinnedBuffer source, long sourceOffset, DeviceBuffer destination, long destinationOffset, long bytes)
    {
        byte* from = OpArguments.Pinned(nameof(CopyToDevice), nameof(source), source, sourceOffset, bytes);
        byte* to = OpArguments.Range(nameof(CopyToDevice), nameof(destination), destination, destinationOffset, bytes, 1);
        Buffer.MemoryCopy(from, to, bytes, bytes);
    }

    public override void CopyToHost(DeviceBuffer source, long sourceOffset, PinnedBuffer destination, long destinationOffset, long bytes)
    {
        byte* from = OpArguments.Range(nameof(CopyToHost), nameof(source), source, sourceOffset, bytes, 1);
        byte* to = OpArguments.Pinned(nameof(CopyToHost), nameof(destination), destination, destinationOffset, bytes);
        Buffer.MemoryCopy(from, to, bytes, bytes);
    }

    public override void Record(DeviceEvent point) => RequireCpuEvent(nameof(Record), point).Record();

    public override void Wait(DeviceEvent point) => _ = RequireCpuEvent(nameof(Wait), point);

    /// <summary>Returns at once: every call has done its work before it returned.</summary>
    public override void Synchronize()
    {
    }

    public override void Embed(WeightMatrix table, DeviceTensor tokens, DeviceTensor output)
    {
        const string op = nameof(Embed);
        ArgumentChecks.Dense(op, nameof(table), table.Shape);
        EmbedWork<TLanes> work = new()
        {
            Table = OpArguments.Weight(op, nameof(table), table, output.Columns),
            Type = table.Shape.Type,
            Tokens = OpArguments.I32(op, nameof(tokens), tokens, output.Rows),
            Output = OpArguments.F32(op, nameof(output), output, output.Rows, table.Shape.Columns),
            Columns = output.Columns,
        };
        OpArguments.Indices(op, nameof(tokens), work.Tokens, output.Rows, table.Shape.Rows);
        team.Run(ref work, output.Rows, 4L * output.Columns);
    }

    public override void RmsNorm(DeviceTensor input, DeviceTensor weight, float epsilon, DeviceTensor output, DeviceTensor? order = null)
    {
        const string op = nameof(RmsNorm);
        RmsNormWork<TLanes> work = new()
        {
            Input = OpArguments.F32(op, nameof(input), input, input.Rows, input.Columns),
            Weight = OpArguments.F32(op, nameof(weight), weight, 1, input.Columns),
            Output = OpArguments.F32(op, nameof(output), output, input.Rows, input.Columns),
            Columns = input.Columns,
            Epsilon = epsilon,
            Order = OpArguments.Permutation(op, nameof(order), order, input.Columns),
        };
        if (order is not null)
        {
            OpArguments.Disjoint(op, nameof(input), work.Output, output.Bytes, work.Input, input.Bytes);
        }

        team.Run(ref work, input.Rows, 2L * input.Columns);
    }

    public override void Linear(DeviceTensor input, WeightMatrix weight, DeviceTensor? bias, DeviceTensor output, LinearOutput mode)
    {
        const string op = nameof(Linear);
        int rows = input.Rows;
        int outputs = weight.Shape.Rows;
        byte* packed = OpArguments.Weight(op, nameof(weight), weight, input.Columns);
        float* from = OpArguments.F32(op, nameof(input), input, rows, weight.Shape.Columns);
        float* to = OpArguments.F32(op, nameof(output), output, rows, outputs);
        float* added = bias is { } b ? OpArguments.F32(op, nameof(bias), b, 1, outputs) : null;
        OpArguments.Disjoint(op, nameof(input), to, output.Bytes, from, input.Bytes);
        new MatrixProduct(from, rows, weight.Shape, packed, null)
            .Run<TLanes, LinearFinish>(team, _scratch, new LinearFinish(added, to, outputs, mode == LinearOutput.Accumulate));
    }

    public override void SwiGlu(DeviceTensor input, WeightMatrix gate, WeightMatrix up, DeviceTensor output)
    {
        const string op = nameof(SwiGlu);
        ArgumentChecks.Alike(op, gate.Shape, up.Shape);
        int rows = input.Rows;
        int outputs = gate.Shape.Rows;
        byte* packedGate = OpArguments.Weight(op, nameof(gate), gate, input.Columns);
        byte* packedUp = OpArguments.Weight(op, nameof(up), up, input.Columns);
        float* from = OpArguments.F32(op, nameof(input), input, rows, gate.Shape.Columns);
        float* to = OpArguments.F32(op, nameof(output), output, rows, outputs);
        OpArguments.Disjoint(op, nameof(input), to, output.Bytes, from, input.Bytes);
        new MatrixProduct(from, rows, gate.Shape, packedGate, packedUp)
            .Run<TLanes, SwiGluFinish>(team, _scratch, new SwiGluFinish(to, outputs));
    }

    public override void RotateAndStore(
        DeviceTensor qkv, AttentionShape shape, QueryKeyNorm? norm, DeviceTensor rope, in TokenRows rows, KvCacheLayer cache, DeviceTensor queries)
    {
        const string op = nameof(RotateAndStore);
        ArgumentChecks.Attention(op, shape);
        int count = qkv.Rows;
        RotateWork<TLanes> work = new()
        {
            Qkv = OpArguments.F32(op, nameof(qkv), qkv, count, shape.QkvColumns),
            QueryNorm = norm is { } q ? OpArguments.F32(op, nameof(norm), q.QueryWeight, 1, shape.HeadDim) : null,
            KeyNorm = norm is { } k ? OpArguments.F32(op, nameof(norm), k.KeyWeight, 1, shape.HeadDim) : null,
            Epsilon = norm?.Epsilon ?? 0f,
            Rope = OpArguments.F32(op, nameof(rope), rope, rope.Rows, shape.HeadDim),
            Positions = OpArguments.I32(op, nameof(rows.Positions), rows.Positions, count),
            Slots = OpArguments.I32(op, nameof(rows.Slots), rows.Slots, count),
            Cache = OpArguments.Cache(op, cache, shape.KvHeads, shape.HeadDim),
            Queries = OpArguments.F32(op, nameof(queries), queries, count, shape.QueryColumns),
            QueryHeads = shape.QueryHeads,
        };
        OpArguments.Indices(op, nameof(rows.Positions), work.Positions, count, rope.Rows);
        OpArguments.Indices(op, nameof(rows.Slots), work.Slots, count, cache.Slots);
        team.Run(ref work, count, 4L * shape.QkvColumns);
    }

    public override void TreeAttention(
        DeviceTensor queries, AttentionShape shape, in TokenRows rows, KvCacheLayer cache, DeviceTensor output, DeviceTensor? places = null)
    {
        const string op = nameof(TreeAttention);
        ArgumentChecks.Attention(op, shape);
        int count = queries.Rows;
        AttentionWork<TLanes> work = new()
        {
            Queries = OpArguments.F32(op, nameof(queries), queries, count, shape.QueryColumns),
            Output = OpArguments.F32(op, nameof(output), output, count, shape.QueryColumns),
            Cache = OpArguments.Cache(op, cache, shape.KvHeads, shape.HeadDim),
            QueryHeads = shape.QueryHeads,
            Window = shape.SlidingWindow ?? int.MaxValue,
            Scale = shape.Scale,
            PrefixLengths = OpArguments.I32(op, nameof(rows.PrefixLengths), rows.PrefixLengths, count),
            PathStarts = OpArguments.I32(op, nameof(rows.PathStarts), rows.PathStarts, count + 1),
            PathSlots = OpArguments.I32(op, nameof(rows.PathSlots), rows.PathSlots, rows.PathSlots.Columns),
            Places = OpArguments.Permutation(op, nameof(places), places, shape.QueryColumns),
        };
        int longest = OpArguments.Paths(op, rows.PathSlots.Columns, cache.Slots, count, work.PrefixLengths, work.PathStarts, work.PathSlots);
        work.MaxKeys = Math.Min(longest, work.Window);
        work.Scratch = _scratch.Floats(work.ScratchFloats * team.Threads);
        team.Run(ref work, count * shape.KvHeads, 2L * longest * shape.HeadDim * (shape.QueryHeads / shape.KvHeads));
    }

    public override void GatherRows(DeviceTensor input, DeviceTensor indices, DeviceTensor output)
    {
        const string op = nameof(GatherRows);
        GatherWork work = new()
        {
            Input = OpArguments.F32(op, nameof(input), input, input.Rows, input.Columns),
            Indices = OpArguments.I32(op, nameof(indices), indices, output.Rows),
            Output = OpArguments.F32(op, nameof(output), output, output.Rows, input.Columns),
            Columns = input.Columns,
        };
        OpArguments.Disjoint(op, nameof(input), work.Output, output.Bytes, work.Input, input.Bytes);
        OpArguments.Indices(op, nameof(indices), work.Indices, output.Rows, input.Rows);
        team.Run(ref work, output.Rows, output.Columns);
    }

    public override void TopK(DeviceTensor logits, int vocabulary, float temperature, DeviceTensor ids, DeviceTensor logProbabilities)
    {
        const string op = nameof(TopK);
        int k = ids.Columns;
        ArgumentChecks.TopK(op, logits, vocabulary, temperature, k);
        TopKWork<TLanes> work = new()
        {
            Logits = OpArguments.F32(op, nameof(logits), logits, logits.Rows, logits.Columns),
            Stride = logits.Columns,
            Vocabulary = vocabulary,
            InverseTemperature = 1f / temperature,
            K = k,
            Ids = (int*)OpArguments.Matrix(op, nameof(ids), ids, DType.I32, logits.Rows, k),
            LogProbabilities = OpArguments.F32(op, nameof(logProbabilities), logProbabilities, logits.Rows, k),
        };
        team.Run(ref work, logits.Rows, 4L * vocabulary);
    }

    public override void MoveSlots(KvCacheLayer cache, DeviceTensor slots, int firstDestination)
    {
        const string op = nameof(MoveSlots);
        MoveSlotsWork work = new()
        {
            Cache = OpArguments.Cache(op, cache, cache.KvHeads, cache.HeadDim),
            Slots = OpArguments.I32(op, nameof(slots), slots, slots.Columns),
            Count = slots.Columns,
            FirstDestination = firstDestination,
        };
        OpArguments.Moves(op, work.Slots, work.Count, firstDestination, cache.Slots);
        team.Run(ref work, 2 * cache.KvHeads, (long)work.Count * cache.HeadDim);
    }

    protected override void Dispose(bool disposing) => _scratch.Dispose();

    private static CpuEvent RequireCpuEvent(string op, DeviceEvent point)
        => point as CpuEvent ?? throw new ArgumentException($"{op}: the event is not one of the CPU device.", nameof(point));
}
