namespace SpecExecNative.Kernels.Cpu;

/// <summary>
/// The edge between views and addresses: everything an op is given is checked here, once, and each refusal
/// names the op, the argument and both shapes.
/// </summary>
internal static unsafe class OpArguments
{
    /// <summary>The address of an F32 matrix of exactly this shape.</summary>
    public static float* F32(string op, string argument, DeviceTensor tensor, int rows, int columns)
        => (float*)Matrix(op, argument, tensor, DType.F32, rows, columns);

    /// <summary>The address of an I32 row of exactly this many elements.</summary>
    public static int* I32(string op, string argument, DeviceTensor tensor, int count)
        => (int*)Matrix(op, argument, tensor, DType.I32, 1, count);

    /// <summary>The address of a matrix of exactly this type and shape.</summary>
    public static byte* Matrix(string op, string argument, DeviceTensor tensor, DType type, int rows, int columns)
    {
        ArgumentChecks.Matrix(op, argument, tensor, type, rows, columns);
        return Range(op, argument, tensor.Buffer, tensor.ByteOffset, (Int128)rows * columns * type.Bytes(), type.Bytes());
    }

    /// <summary>The address of a packed matrix with this many inputs.</summary>
    public static byte* Weight(string op, string argument, WeightMatrix weight, int columns)
    {
        ArgumentChecks.Weight(op, argument, weight.Shape, columns);
        return Range(op, argument, weight.Buffer, weight.ByteOffset, Linear.WeightPanels.Bytes(weight.Shape), DeviceBuffer.Alignment);
    }

    /// <summary>The view of a cache layer with these heads.</summary>
    public static Ops.KvView Cache(string op, KvCacheLayer cache, int kvHeads, int headDim)
    {
        ArgumentChecks.Cache(op, cache, DType.F32, kvHeads, headDim);
        return new((float*)Range(op, nameof(cache), cache.Buffer, cache.ByteOffset, (Int128)2 * kvHeads * cache.Slots * headDim * sizeof(float), sizeof(float)), cache);
    }

    /// <summary>Refuses indices outside 0 … <paramref name="limit"/> − 1.</summary>
    public static void Indices(string op, string argument, int* indices, int count, int limit)
    {
        for (int i = 0; i < count; i++)
        {
            if ((uint)indices[i] >= (uint)limit)
            {
                throw new ArgumentException($"{op}: {argument}[{i}] is {indices[i]}, must be within 0 … {limit - 1}.", argument);
            }
        }
    }

    /// <summary>Refuses prefixes and paths that leave the cache or are empty; returns the most keys that any row sees.</summary>
    public static int Paths(string op, int pathSlotCount, int cacheSlots, int count, int* prefixLengths, int* pathStarts, int* pathSlots)
    {
        int longest = 0;
        for (int row = 0; row < count; row++)
        {
            int prefix = prefixLengths[row];
            int start = pathStarts[row];
            int end = pathStarts[row + 1];
            if (start < 0 || end < start || end > pathSlotCount || (uint)prefix > (uint)cacheSlots || prefix + (long)(end - start) is < 1 or > int.MaxValue)
            {
                throw new ArgumentException(
                    $"{op}: row {row} sees a prefix of {prefix} and path {start} … {end} of {pathSlotCount}; must be at least one key, within {cacheSlots} slots.", nameof(pathSlots));
            }

            longest = Math.Max(longest, prefix + end - start);
        }

        if (count > 0)
        {
            Indices(op, nameof(TokenRows.PathSlots), pathSlots + pathStarts[0], pathStarts[count] - pathStarts[0], cacheSlots);
        }

        return longest;
    }

    /// <summary>The address of a permutation of so many columns; null where there is none.</summary>
    public static int* Permutation(string op, string argument, DeviceTensor? permutation, int count)
    {
        if (permutation is not { } tensor)
        {
            return null;
        }

        int* values = I32(op, argument, tensor, count);
        Span<uint> seen = stackalloc uint[(count + 31) / 32]; // a bit each: one kilobyte for 8,192 columns
        seen.Clear();
        for (int i = 0; i < count; i++)
        {
            int value = values[i];
            if ((uint)value >= (uint)count || (seen[value / 32] & (1u << (value % 32))) != 0)
            {
                throw new ArgumentException($"{op}: {argument}[{i}] is {value}; it must be a permutation of {count} columns.", argument);
            }

            seen[value / 32] |= 1u << (value % 32);
        }

        return values;
    }

    /// <summary>Refuses moves that leave the cache or would overwrite a slot before it is moved.</summary>
    public static void Moves(string op, int* slots, int count, int firstDestination, int cacheSlots)
    {
        for (int i = 0; i < count; i++)
        {
            bool ascending = i == 0 || slots[i] > slots[i - 1];
            if (firstDestination < 0 || slots[i] < (long)firstDestination + i || slots[i] >= cacheSlots || !ascending)
            {
                throw new ArgumentException(
                    $"{op}: slots[{i}] is {slots[i]} for destination {(long)firstDestination + i}; must ascend, lie within {cacheSlots} slots and not below the destination.",
                    nameof(slots));
            }
        }
    }

    /// <summary>Refuses an output that shares memory with an input that is still being read.</summary>
    public static void Disjoint(string op, string argument, void* output, long outputBytes, void* input, long inputBytes)
    {
        if ((byte*)output < (byte*)input + inputBytes && (byte*)input < (byte*)output + outputBytes)
        {
            throw new ArgumentException($"{op}: output overlaps {argument}.", argument);
        }
    }

    /// <summary>Where <see cref="CpuDevice.PackRows"/> writes.</summary>
    public static byte* PackDestination(
        ReadOnlySpan<byte> rows, WeightShape shape, int firstRow, int rowCount, PinnedBuffer destination, long destinationOffset)
    {
        const string op = nameof(ComputeDevice.PackRows);
        ArgumentChecks.PackedRows(op, rows, shape, firstRow, rowCount);
        return Pinned(op, nameof(destination), destination, destinationOffset, Linear.WeightPanels.Bytes(shape));
    }

    /// <summary>The address of a range of a pinned buffer.</summary>
    public static byte* Pinned(string op, string argument, PinnedBuffer buffer, long offset, long bytes)
    {
        if (buffer is not CpuPinnedBuffer pinned)
        {
            throw new ArgumentException($"{op}: {argument} is not pinned memory of the CPU device.", argument);
        }

        ArgumentChecks.Range(op, argument, pinned.Bytes, offset, bytes, 1);
        return pinned.Address + offset;
    }

    /// <summary>The address of a range of a device buffer.</summary>
    public static byte* Range(string op, string argument, DeviceBuffer buffer, long offset, Int128 bytes, int alignment)
    {
        if (bytes == 0 && buffer is null)
        {
            return null;
        }

        if (buffer is not CpuBuffer memory)
        {
            throw new ArgumentException($"{op}: {argument} is not memory of the CPU device.", argument);
        }

        ArgumentChecks.Range(op, argument, memory.Bytes, offset, bytes, alignment);
        return memory.Address + offset;
    }
}
