using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>Reads the checkpoint tensors of one <see cref="BlobPiece"/> and packs them into pinned memory.</summary>
internal sealed class PiecePacker(ComputeDevice device, CancellationToken cancellation)
{
    /// <summary>Rows are packed in portions of about this many bytes, by all cores.</summary>
    private const long PortionBytes = 4 << 20;

    private readonly List<string> _ambiguous = [];

    /// <summary>Names of the weights packed so far that have zeros which other programs read otherwise (<see cref="Loaders.Quantization.Int4Matrix.HasAmbiguousZeros"/>).</summary>
    public IReadOnlyList<string> AmbiguousZeros => _ambiguous;

    /// <exception cref="OperationCanceledException">So it was.</exception>
    public void ThrowIfCancelled() => cancellation.ThrowIfCancellationRequested();

    /// <summary>Packs <paramref name="piece"/> of a blob that starts at <paramref name="blobOffset"/> of <paramref name="destination"/>.</summary>
    public void Pack(BlobPiece piece, PinnedBuffer destination, long blobOffset)
    {
        if (!device.HoldsData)
        {
            return;
        }

        if (piece.Indices is { } indices)
        {
            indices.CopyTo(MemoryMarshal.Cast<byte, int>(destination.Span(blobOffset + piece.Offset, indices.Length * sizeof(int))));
            return;
        }

        if (piece.IsVector)
        {
            WidenVector(piece, destination, blobOffset);
            return;
        }

        int firstRow = 0;
        foreach (WeightSource source in piece.Sources)
        {
            PackMatrix(source, piece, firstRow, destination, blobOffset + piece.Offset);
            firstRow += source.Shape.Rows;
        }
    }

    /// <summary>Looks for what would have been noticed if these pieces had been packed now.</summary>
    public void Inspect(IEnumerable<BlobPiece> pieces)
    {
        foreach (WeightSource source in pieces.Where(p => p.Shape.Type == DType.Int4).SelectMany(p => p.Sources))
        {
            ThrowIfCancelled();
            Note(source, RowReader.Open(source, null));
        }
    }

    private void Note(WeightSource source, RowReader rows)
    {
        if (rows.HasAmbiguousZeros)
        {
            _ambiguous.Add(source.Name);
        }
    }

    private void PackMatrix(WeightSource source, BlobPiece piece, int firstRow, PinnedBuffer destination, long offset)
    {
        WeightShape shape = piece.Shape;
        RowReader rows = RowReader.Open(source, piece.RowOrder);
        Note(source, rows);
        int count = source.Shape.Rows;
        int portion = (int)Math.Clamp(PortionBytes / shape.RowBytes, 1, count);
        int portions = (count + portion - 1) / portion;
        try
        {
            Parallel.For(0, portions, new ParallelOptions { CancellationToken = cancellation }, i =>
            {
                int first = i * portion;
                int some = Math.Min(portion, count - first);
                device.PackRows(rows.Read(first, some), shape, firstRow + first, some, destination, offset);
            });
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
        }
    }

    private static void WidenVector(BlobPiece piece, PinnedBuffer destination, long blobOffset)
    {
        long offset = blobOffset + piece.Offset;
        foreach (WeightSource source in piece.Sources)
        {
            int length = source.Shape.Columns;
            source.Widen(MemoryMarshal.Cast<byte, float>(destination.Span(offset, length * sizeof(float))));
            offset += length * sizeof(float);
        }
    }
}
