using System.Runtime.ExceptionServices;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization.Formats;

namespace SpecExecNative.Loaders.Quantization;

/// <summary>
/// A 4-bit matrix that lies in a checkpoint: its parts are there and have the right types and shapes, and nothing else of it
/// has been read. It lives as long as the checkpoint's <see cref="TensorStore"/>.
/// </summary>
public sealed class Int4Source
{
    private readonly PackedNibbles _nibbles;
    private readonly GroupScales _scales;
    private readonly GroupZeros _zeros;
    private readonly CheckpointTensor? _groupIndex;

    internal Int4Source(
        Int4Parts parts, PackedNibbles nibbles, GroupScales scales, GroupZeros zeros, CheckpointTensor? groupIndex)
    {
        (WeightName, Rows, Columns, GroupSize) = (parts.WeightName, parts.Rows, parts.Columns, parts.GroupSize);
        PartNames = parts.UsedNames;
        (_nibbles, _scales, _zeros, _groupIndex) = (nibbles, scales, zeros, groupIndex);
        FilePath = nibbles.Tensor.FilePath;
        if ((long)Rows * RowBytes > Array.MaxLength)
        {
            throw new CheckpointException(
                CheckpointError.MatrixTooLarge, FilePath, nibbles.Tensor.Name, $"takes {(long)Rows * RowBytes} bytes when read, more than the {Array.MaxLength} that one matrix may take.");
        }

        IsReordered = ReadOrder() is not null;
    }

    /// <summary>Checks the parts of a module that the config says is 4-bit.</summary>
    /// <exception cref="CheckpointException">One is missing or does not fit.</exception>
    internal static Int4Source Open(TensorStore tensors, string weightName, int rows, int columns, QuantizationConfig config)
    {
        var parts = new Int4Parts(tensors, weightName, rows, columns, config);
        return config.Method switch
        {
            QuantizationMethod.Gptq => GptqFormat.Open(parts),
            QuantizationMethod.Awq => AwqFormat.Open(parts),
            _ => CompressedFormat.Open(parts),
        };
    }

    /// <summary>The name that the matrix would have in a dense checkpoint (<see cref="TensorNames"/>).</summary>
    public string WeightName { get; }

    /// <summary>The file that holds its nibbles.</summary>
    public string FilePath { get; }

    /// <inheritdoc cref="Int4Matrix.Rows"/>
    public int Rows { get; }

    /// <inheritdoc cref="Int4Matrix.Columns"/>
    public int Columns { get; }

    /// <inheritdoc cref="Int4Matrix.GroupSize"/>
    public int GroupSize { get; }

    /// <inheritdoc cref="Int4Matrix.Groups"/>
    public int Groups => Int4Matrix.GroupsFor(Columns, GroupSize);

    /// <inheritdoc cref="Int4Matrix.RowBytes"/>
    public int RowBytes => Int4Matrix.RowBytesFor(Columns, GroupSize);

    /// <summary>Inputs do not stand in their natural order: <see cref="ReadOrder"/> is not null.</summary>
    public bool IsReordered { get; }

    /// <summary>The checkpoint's tensors that it is made of.</summary>
    internal IReadOnlyList<string> PartNames { get; }

    /// <summary><see cref="Int4Matrix.Order"/> alone, without the rest of the matrix.</summary>
    public int[]? ReadOrder() => _groupIndex is null ? null : GroupOrder.Read(_groupIndex, Columns, GroupSize);

    /// <summary>Reads the matrix from the mapped file, with all cores.</summary>
    /// <exception cref="CheckpointException">A scale is not a number that binary16 holds (<see cref="CheckpointError.InvalidScale"/>).</exception>
    public Int4Matrix Read()
    {
        int[]? order = ReadOrder();
        byte[] rows = GC.AllocateUninitializedArray<byte>(Rows * RowBytes);
        int blocks = ((Rows - 1) / NibbleTile.MaxRows) + 1;
        bool ambiguous = false;
        try
        {
            Parallel.For(
                0,
                blocks,
                () => new NibbleTile(),
                (block, _, tile) =>
                {
                    int firstRow = block * NibbleTile.MaxRows;
                    int count = Math.Min(NibbleTile.MaxRows, Rows - firstRow);
                    Span<byte> encoded = rows.AsSpan(firstRow * RowBytes, count * RowBytes);
                    ReadNibbles(firstRow, count, order, tile, encoded);
                    if (ReadGroups(firstRow, count, encoded))
                    {
                        Volatile.Write(ref ambiguous, true);
                    }

                    return tile;
                },
                _ => { });
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
        }

        return new Int4Matrix(Rows, Columns, GroupSize, rows, order) { HasAmbiguousZeros = ambiguous };
    }

    private void ReadNibbles(int firstRow, int rows, int[]? order, NibbleTile tile, Span<byte> encoded)
    {
        int words = PackedNibbles.WordsFor(Columns);
        int nibbleBytes = Int4Matrix.NibbleBytesFor(Columns);
        for (int word = 0; word < words; word += NibbleTile.MaxWords)
        {
            tile.Place(firstRow, rows, word, Math.Min(NibbleTile.MaxWords, words - word));
            _nibbles.ReadTile(tile, order);
            for (int row = 0; row < rows; row++)
            {
                tile.CopyRow(row, Columns, encoded.Slice(row * RowBytes, nibbleBytes)[(word * sizeof(uint))..]);
            }
        }
    }

    /// <returns>Whether a zero was ambiguous.</returns>
    private bool ReadGroups(int firstRow, int rows, Span<byte> encoded)
    {
        bool ambiguous = false;
        int scaleBytes = Groups * sizeof(ushort);
        for (int row = 0; row < rows; row++)
        {
            Span<byte> groups = encoded.Slice(row * RowBytes, RowBytes)[Int4Matrix.NibbleBytesFor(Columns)..];
            _scales.ReadRow(firstRow + row, groups[..scaleBytes]);
            ambiguous |= _zeros.ReadRow(firstRow + row, groups[scaleBytes..]);
        }

        return ambiguous;
    }
}
