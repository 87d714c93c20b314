using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Launching;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>The ops: arguments are checked, a variant is chosen, its parameters are laid out as its source declares them.</summary>
internal sealed partial class CudaQueue
{
    public override void Embed(WeightMatrix table, DeviceTensor tokens, DeviceTensor output)
    {
        const string op = nameof(Embed);
        ArgumentChecks.Dense(op, nameof(table), table.Shape);
        DevicePointer from = _arguments.Weight(op, nameof(table), table, output.Columns);
        DevicePointer ids = _arguments.I32(op, nameof(tokens), tokens, output.Rows);
        DevicePointer to = _arguments.F32(op, nameof(output), output, output.Rows, table.Shape.Columns);
        if (output.Rows == 0)
        {
            return;
        }

        KernelArguments arguments = default;
        arguments.Add(from);
        arguments.Add(RowLayout.Stride(table.Shape.Columns));
        arguments.Add(ids);
        arguments.Add(to);
        arguments.Add(output.Columns);
        _kernels.Embed.Launch(Stream, output.Rows, 1, ref arguments);
    }

    public override void RmsNorm(DeviceTensor input, DeviceTensor weight, float epsilon, DeviceTensor output, DeviceTensor? order = null)
    {
        const string op = nameof(RmsNorm);
        bool isElement = output.Type == _kernels.Element;
        DevicePointer from = _arguments.F32(op, nameof(input), input, input.Rows, input.Columns);
        DevicePointer factors = _arguments.F32(op, nameof(weight), weight, 1, input.Columns);
        DevicePointer to = _arguments.Matrix(op, nameof(output), output, isElement ? _kernels.Element : DType.F32, input.Rows, input.Columns);
        DevicePointer picked = order is { } o ? _arguments.I32(op, nameof(order), o, input.Columns) : default;
        if (isElement || from != to || order is not null)
        {
            CudaArguments.Disjoint(op, nameof(input), to, output.Bytes, from, input.Bytes);
        }

        if (input.Rows == 0)
        {
            return;
        }

        KernelArguments arguments = default;
        arguments.Add(from);
        arguments.Add(factors);
        arguments.Add(epsilon);
        arguments.Add(to);
        arguments.Add(input.Columns);
        arguments.Add(isElement ? 1 : 0);
        arguments.Add(picked);
        _kernels.RmsNorm.Launch(Stream, input.Rows, 1, ref arguments);
    }

    public override void Linear(DeviceTensor input, WeightMatrix weight, DeviceTensor? bias, DeviceTensor output, LinearOutput mode)
    {
        const string op = nameof(Linear);
        int rows = input.Rows;
        int outputs = weight.Shape.Rows;
        bool isElement = output.Type == _kernels.Element && mode == LinearOutput.Store;
        DevicePointer packed = _arguments.Weight(op, nameof(weight), weight, input.Columns);
        DevicePointer from = _arguments.Activations(op, nameof(input), input, rows, weight.Shape.Columns);
        DevicePointer to = _arguments.Matrix(op, nameof(output), output, isElement ? _kernels.Element : DType.F32, rows, outputs);
        DevicePointer added = bias is { } b ? _arguments.F32(op, nameof(bias), b, 1, outputs) : default;
        CudaArguments.Disjoint(op, nameof(input), to, output.Bytes, from, input.Bytes);
        if (rows == 0)
        {
            return;
        }

        int outputMode = isElement ? 2 : mode == LinearOutput.Accumulate ? 1 : 0;
        var product = new Product(from, packed, added, to, rows, outputs, input.Columns, outputMode);
        if (weight.Shape.Type != DType.Int4)
        {
            Linear(product, _isInvariant ? 1 : _kernels.Slices(rows, outputs, input.Columns));
        }
        else if (Int4Layout.IsDirect(weight.Shape))
        {
            Int4Linear(product, Int4Layout.Code(weight.Shape));
        }
        else
        {
            // The widened matrix takes the scratch memory that slices would need.
            DevicePointer widened = _scratch.Take(RowLayout.Bytes(weight.Shape));
            Widen(packed, weight.Shape, widened);
            Linear(product with { Weight = widened }, 1);
        }
    }

    public override void SwiGlu(DeviceTensor input, WeightMatrix gate, WeightMatrix up, DeviceTensor output)
    {
        const string op = nameof(SwiGlu);
        ArgumentChecks.Alike(op, gate.Shape, up.Shape);
        int rows = input.Rows;
        int outputs = gate.Shape.Rows;
        DevicePointer packedGate = _arguments.Weight(op, nameof(gate), gate, input.Columns);
        DevicePointer packedUp = _arguments.Weight(op, nameof(up), up, input.Columns);
        DevicePointer from = _arguments.Activations(op, nameof(input), input, rows, gate.Shape.Columns);
        DevicePointer to = _arguments.Activations(op, nameof(output), output, rows, outputs);
        CudaArguments.Disjoint(op, nameof(input), to, output.Bytes, from, input.Bytes);
        if (rows == 0)
        {
            return;
        }

        bool isInt4 = gate.Shape.Type == DType.Int4;
        bool isDirect = isInt4 && Int4Layout.IsDirect(gate.Shape);
        if (isInt4 && !isDirect)
        {
            long bytes = DeviceBuffer.Align(RowLayout.Bytes(gate.Shape));
            DevicePointer widened = _scratch.Take(2 * bytes);
            Widen(packedGate, gate.Shape, widened);
            Widen(packedUp, up.Shape, widened + bytes);
            (packedGate, packedUp) = (widened, widened + bytes);
        }

        LoadedKernel kernel = isDirect ? _kernels.Int4SwiGlu(rows, outputs) : _kernels.SwiGlu(rows, outputs);
        KernelArguments arguments = default;
        arguments.Add(from);
        arguments.Add(packedGate);
        arguments.Add(packedUp);
        arguments.Add(to);
        arguments.Add(rows);
        arguments.Add(outputs);
        arguments.Add(input.Columns);
        arguments.Add(isDirect ? Int4Layout.Code(gate.Shape) : RowLayout.Stride(input.Columns));
        kernel.Launch(Stream, Blocks(rows, kernel.TileRows), Blocks(outputs, kernel.TileColumns), ref arguments);
    }

    public override void RotateAndStore(
        DeviceTensor qkv, AttentionShape shape, QueryKeyNorm? norm, DeviceTensor rope, in TokenRows rows, KvCacheLayer cache, DeviceTensor queries)
    {
        const string op = nameof(RotateAndStore);
        ArgumentChecks.Attention(op, shape);
        int count = qkv.Rows;
        DevicePointer projected = _arguments.F32(op, nameof(qkv), qkv, count, shape.QkvColumns);
        DevicePointer queryNorm = norm is { } q ? _arguments.F32(op, nameof(norm), q.QueryWeight, 1, shape.HeadDim) : default;
        DevicePointer keyNorm = norm is { } k ? _arguments.F32(op, nameof(norm), k.KeyWeight, 1, shape.HeadDim) : default;
        DevicePointer angles = _arguments.F32(op, nameof(rope), rope, rope.Rows, shape.HeadDim);
        DevicePointer positions = _arguments.I32(op, nameof(rows.Positions), rows.Positions, count);
        DevicePointer slots = _arguments.I32(op, nameof(rows.Slots), rows.Slots, count);
        DevicePointer keys = _arguments.Cache(op, cache, shape.KvHeads, shape.HeadDim);
        DevicePointer to = _arguments.Activations(op, nameof(queries), queries, count, shape.QueryColumns);
        if (count == 0)
        {
            return;
        }

        KernelArguments arguments = default;
        arguments.Add(projected);
        arguments.Add(queryNorm);
        arguments.Add(keyNorm);
        arguments.Add(norm?.Epsilon ?? 0f);
        arguments.Add(angles);
        arguments.Add(positions);
        arguments.Add(slots);
        arguments.Add(keys);
        arguments.Add(keys + (cache.Bytes / 2));
        arguments.Add(cache.Slots);
        arguments.Add(to);
        arguments.Add(shape.QueryHeads);
        arguments.Add(shape.KvHeads);
        arguments.Add(shape.HeadDim);
        _kernels.Rotate.Launch(Stream, count, shape.QueryHeads + (2 * shape.KvHeads), ref arguments);
    }

    public override void TreeAttention(
        DeviceTensor queries, AttentionShape shape, in TokenRows rows, KvCacheLayer cache, DeviceTensor output, DeviceTensor? places = null)
    {
        const string op = nameof(TreeAttention);
        ArgumentChecks.Attention(op, shape);
        int count = queries.Rows;
        DevicePointer from = _arguments.Activations(op, nameof(queries), queries, count, shape.QueryColumns);
        DevicePointer to = _arguments.Activations(op, nameof(output), output, count, shape.QueryColumns);
        DevicePointer keys = _arguments.Cache(op, cache, shape.KvHeads, shape.HeadDim);
        DevicePointer prefixLengths = _arguments.I32(op, nameof(rows.PrefixLengths), rows.PrefixLengths, count);
        DevicePointer pathStarts = _arguments.I32(op, nameof(rows.PathStarts), rows.PathStarts, count + 1);
        DevicePointer pathSlots = _arguments.I32(op, nameof(rows.PathSlots), rows.PathSlots, rows.PathSlots.Columns);
        DevicePointer placed = places is { } p ? _arguments.I32(op, nameof(places), p, shape.QueryColumns) : default;
        CudaArguments.Disjoint(op, nameof(queries), to, output.Bytes, from, queries.Bytes);
        if (count == 0)
        {
            return;
        }

        LoadedKernel kernel = _kernels.TreeAttention(shape.HeadDim);
        int tiles = Blocks(count * (shape.QueryHeads / shape.KvHeads), kernel.TileRows);
        int splits = _isInvariant ? 1 : _kernels.AttentionSplits(tiles * shape.KvHeads, cache.Slots);
        int attended = count * shape.QueryHeads;
        DevicePointer statistics = default;
        DevicePointer result = to;
        if (splits > 1)
        {
            kernel = _kernels.TreeAttentionSplit(shape.HeadDim);
            long partialBytes = (long)splits * attended * shape.HeadDim * sizeof(float);
            result = _scratch.Take(partialBytes + ((long)splits * attended * 2 * sizeof(float)));
            statistics = result + partialBytes;
        }

        KernelArguments arguments = default;
        arguments.Add(from);
        arguments.Add(keys);
        arguments.Add(keys + (cache.Bytes / 2));
        arguments.Add(prefixLengths);
        arguments.Add(pathStarts);
        arguments.Add(pathSlots);
        arguments.Add(result);
        if (splits > 1)
        {
            arguments.Add(statistics);
        }

        arguments.Add(count);
        arguments.Add(shape.QueryHeads);
        arguments.Add(shape.KvHeads);
        arguments.Add(cache.Slots);
        arguments.Add(shape.SlidingWindow ?? 0);
        arguments.Add(shape.Scale);
        if (splits == 1)
        {
            arguments.Add(placed);
        }

        kernel.Launch(Stream, tiles, shape.KvHeads, ref arguments, splits);
        if (splits > 1)
        {
            MergeAttention(result, statistics, to, count, shape, splits, placed);
        }
    }

    public override void GatherRows(DeviceTensor input, DeviceTensor indices, DeviceTensor output)
    {
        const string op = nameof(GatherRows);
        DevicePointer from = _arguments.F32(op, nameof(input), input, input.Rows, input.Columns);
        DevicePointer picked = _arguments.I32(op, nameof(indices), indices, output.Rows);
        DevicePointer to = _arguments.F32(op, nameof(output), output, output.Rows, input.Columns);
        CudaArguments.Disjoint(op, nameof(input), to, output.Bytes, from, input.Bytes);
        if (output.Rows == 0)
        {
            return;
        }

        KernelArguments arguments = default;
        arguments.Add(from);
        arguments.Add(picked);
        arguments.Add(to);
        arguments.Add(input.Columns);
        _kernels.GatherRows.Launch(Stream, output.Rows, 1, ref arguments);
    }

    public override void TopK(DeviceTensor logits, int vocabulary, float temperature, DeviceTensor ids, DeviceTensor logProbabilities)
    {
        const string op = nameof(TopK);
        int k = ids.Columns;
        ArgumentChecks.TopK(op, logits, vocabulary, temperature, k);
        if (k > KernelTable.MaxTopK)
        {
            throw new ArgumentException($"{op}: k is {k}; this device finds at most {KernelTable.MaxTopK}.", nameof(ids));
        }

        DevicePointer from = _arguments.F32(op, nameof(logits), logits, logits.Rows, logits.Columns);
        DevicePointer chosen = _arguments.Matrix(op, nameof(ids), ids, DType.I32, logits.Rows, k);
        DevicePointer likelihoods = _arguments.F32(op, nameof(logProbabilities), logProbabilities, logits.Rows, k);
        if (logits.Rows == 0)
        {
            return;
        }

        int segments = Blocks(vocabulary, KernelTable.TopKSegment);
        long lists = (long)logits.Rows * segments;
        DevicePointer candidates = _scratch.Take(lists * ((k * sizeof(ulong)) + (2 * sizeof(float))));
        DevicePointer maxima = candidates + (lists * k * sizeof(ulong));
        DevicePointer sums = maxima + (lists * sizeof(float));

        KernelArguments first = default;
        first.Add(from);
        first.Add(logits.Columns);
        first.Add(vocabulary);
        first.Add(temperature);
        first.Add(k);
        first.Add(candidates);
        first.Add(maxima);
        first.Add(sums);
        _kernels.TopKSegments.Launch(Stream, logits.Rows, segments, ref first);

        KernelArguments second = default;
        second.Add(candidates);
        second.Add(maxima);
        second.Add(sums);
        second.Add(segments);
        second.Add(temperature);
        second.Add(k);
        second.Add(chosen);
        second.Add(likelihoods);
        LoadedKernel merge = _kernels.TopKMerge;
        merge.Launch(Stream, logits.Rows, Blocks(segments * k, merge.Variant.Threads), ref second);
    }

    public override void MoveSlots(KvCacheLayer cache, DeviceTensor slots, int firstDestination)
    {
        const string op = nameof(MoveSlots);
        DevicePointer keys = _arguments.Cache(op, cache, cache.KvHeads, cache.HeadDim);
        DevicePointer sources = _arguments.I32(op, nameof(slots), slots, slots.Columns);
        if (firstDestination < 0 || (long)firstDestination + slots.Columns > cache.Slots)
        {
            throw new ArgumentException($"{op}: {slots.Columns} slots from {firstDestination} on leave the cache of {cache.Slots}.", nameof(firstDestination));
        }

        if (slots.Columns == 0)
        {
            return;
        }

        KernelArguments arguments = default;
        arguments.Add(keys);
        arguments.Add(sources);
        arguments.Add(slots.Columns);
        arguments.Add(firstDestination);
        arguments.Add(cache.Slots);
        arguments.Add(cache.HeadDim);
        _kernels.MoveSlots.Launch(Stream, 2 * cache.KvHeads, 1, ref arguments);
    }

    private static int Blocks(int items, int perBlock) => (items + perBlock - 1) / perBlock;
}
