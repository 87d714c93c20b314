namespace SpecExecNative.Kernels;

/// <summary>What every device asks of an op's arguments before it looks at their memory. Each refusal names the op, the argument and both shapes.</summary>
internal static class ArgumentChecks
{
    /// <summary>Refuses a matrix that is not of exactly this type and shape.</summary>
    public static void Matrix(string op, string argument, DeviceTensor tensor, DType type, int rows, int columns)
    {
        if (tensor.Type != type || tensor.Rows != rows || tensor.Columns != columns || rows < 0 || columns < 0)
        {
            throw new ArgumentException($"{op}: {argument} is {tensor.Type} [{tensor.Rows}, {tensor.Columns}], must be {type} [{rows}, {columns}].", argument);
        }
    }

    /// <summary>Refuses a weight that is no matrix, or has another number of inputs.</summary>
    public static void Weight(string op, string argument, WeightShape shape, int columns)
    {
        Shape(op, argument, shape);
        if (shape.Columns != columns)
        {
            throw new ArgumentException($"{op}: {argument} is [{shape.Rows}, {shape.Columns}], must have {columns} columns.", argument);
        }
    }

    /// <summary>Refuses weights of 4 bits where rows are read as they are.</summary>
    public static void Dense(string op, string argument, WeightShape shape)
    {
        if (shape.Type == DType.Int4)
        {
            throw new ArgumentException($"{op}: {argument} is Int4; only products take weights of 4 bits.", argument);
        }
    }

    /// <summary>Refuses two weights of different shape.</summary>
    public static void Alike(string op, WeightShape gate, WeightShape up)
    {
        if (gate != up)
        {
            throw new ArgumentException($"{op}: gate is {gate}, up is {up}; they must be alike.", nameof(up));
        }
    }

    /// <summary>Refuses a cache layer of another type or with other heads.</summary>
    public static void Cache(string op, KvCacheLayer cache, DType type, int kvHeads, int headDim)
    {
        if (cache.Type != type || cache.KvHeads != kvHeads || cache.HeadDim != headDim || cache.Slots < 0)
        {
            throw new ArgumentException(
                $"{op}: cache is {cache.Type} with {cache.KvHeads} heads of {cache.HeadDim} and {cache.Slots} slots, must be {type} with {kvHeads} heads of {headDim}.",
                nameof(cache));
        }
    }

    /// <summary>Refuses head counts that do not fit together.</summary>
    public static void Attention(string op, AttentionShape shape)
    {
        if (shape.KvHeads < 1 || shape.QueryHeads < 1 || shape.QueryHeads % shape.KvHeads != 0 || shape.HeadDim < 2 || shape.HeadDim % 2 != 0 || shape.SlidingWindow < 1)
        {
            throw new ArgumentException(
                $"{op}: {shape} must have query heads a multiple of kv heads, an even head size and a window of at least 1.", nameof(shape));
        }
    }

    /// <summary>Refuses a selection that cannot be made.</summary>
    public static void TopK(string op, DeviceTensor logits, int vocabulary, float temperature, int k)
    {
        if (vocabulary < 1 || vocabulary > logits.Columns || k < 1 || k > vocabulary)
        {
            throw new ArgumentException(
                $"{op}: {k} of {vocabulary} tokens from logits [{logits.Rows}, {logits.Columns}]; must be 1 ≤ k ≤ vocabulary ≤ columns.", nameof(vocabulary));
        }

        if (!(temperature > 0f && float.IsFinite(1f / temperature) && float.IsFinite(temperature)))
        {
            throw new ArgumentException($"{op}: temperature is {temperature}, must be greater than 0 and finite.", nameof(temperature));
        }
    }

    /// <summary>Refuses rows that are not rows of the matrix.</summary>
    public static void PackedRows(string op, ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount)
    {
        Shape(op, nameof(shape), shape);
        if (firstRow < 0 || rowCount < 0 || (long)firstRow + rowCount > shape.Rows || rows.Length != rowCount * shape.RowBytes)
        {
            throw new ArgumentException(
                $"{op}: {rows.Length} bytes for rows {firstRow} … {(long)firstRow + rowCount - 1} of [{shape.Rows}, {shape.Columns}] {shape.Type}; must be rows of {shape.RowBytes} bytes within the matrix.",
                nameof(rows));
        }
    }

    /// <summary>Refuses a range that is not inside its buffer, or not aligned.</summary>
    public static void Range(string op, string argument, long available, long offset, Int128 bytes, int alignment)
    {
        if (offset < 0 || bytes < 0 || bytes > available || offset > available - bytes || offset % alignment != 0)
        {
            throw new ArgumentException(
                $"{op}: {argument} takes {bytes} bytes at offset {offset} of a buffer of {available}; it must lie inside, at a multiple of {alignment}.", argument);
        }
    }

    /// <summary>Refuses an int4 matrix whose groups are empty.</summary>
    public static void Groups(string op, string argument, WeightShape shape)
    {
        if (shape.Type == DType.Int4 && shape.Groups.Size < 1)
        {
            throw new ArgumentException($"{op}: {argument} has groups of {shape.Groups.Size}; a group of an Int4 matrix has at least 1 input.", argument);
        }
    }

    private static void Shape(string op, string argument, WeightShape shape)
    {
        if (shape.Rows < 1 || shape.Columns < 1 || shape.Type is not (DType.F32 or DType.F16 or DType.BF16 or DType.Int4))
        {
            throw new ArgumentException($"{op}: {argument} is {shape.Type} [{shape.Rows}, {shape.Columns}], must be a matrix of F32, F16, BF16 or Int4.", argument);
        }

        Groups(op, argument, shape);
    }
}
