namespace SpecExecNative.Kernels;

/// <summary>A row-major matrix of <paramref name="Rows"/> × <paramref name="Columns"/> elements in device memory, without gaps.</summary>
/// <param name="Buffer">The memory that holds it.</param>
/// <param name="ByteOffset">Where it starts in <paramref name="Buffer"/>.</param>
/// <param name="Type">Element type.</param>
/// <param name="Rows">Number of rows; a vector has one.</param>
/// <param name="Columns">Elements per row.</param>
public readonly record struct DeviceTensor(DeviceBuffer Buffer, long ByteOffset, DType Type, int Rows, int Columns)
{
    /// <summary>Bytes from the first element to the last.</summary>
    public long Bytes => (long)Rows * Columns * Type.Bytes();

    /// <summary>Rows <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not all in this matrix.</exception>
    public DeviceTensor Slice(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Rows, nameof(count));
        return this with { ByteOffset = ByteOffset + ((long)first * Columns * Type.Bytes()), Rows = count };
    }

    /// <summary>Columns <paramref name="first"/> … of a single row.</summary>
    /// <exception cref="InvalidOperationException">There is more than one row: the columns would not be contiguous.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The columns are not all in this vector.</exception>
    public DeviceTensor SliceColumns(int first, int count)
    {
        if (Rows != 1)
        {
            throw new InvalidOperationException("Only a vector can be cut by columns.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, Columns, nameof(count));
        return this with { ByteOffset = ByteOffset + ((long)first * Type.Bytes()), Columns = count };
    }
}
