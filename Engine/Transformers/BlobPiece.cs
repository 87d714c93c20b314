using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// One matrix or vector of a layer's blob: where it lies, and which checkpoint tensors, stacked by rows, it is made of.
/// </summary>
/// <param name="Sources">Checkpoint tensors, top to bottom.</param>
/// <param name="Shape">Shape of the stack. A vector is one row of F32.</param>
/// <param name="IsVector">Norm weights and biases: widened to F32, not packed.</param>
/// <param name="Offset">Byte offset in the blob.</param>
/// <param name="Bytes">Bytes in the blob.</param>
public sealed record BlobPiece(
    IReadOnlyList<WeightSource> Sources, WeightShape Shape, bool IsVector, long Offset, long Bytes)
{
    /// <summary>Numbers that come from nowhere in the checkpoint's weights: an order of inputs. Then there are no sources.</summary>
    public int[]? Indices { get; init; }

    /// <summary>Row i of the piece is this row of the only source; null: its own.</summary>
    public int[]? RowOrder { get; init; }

    /// <summary>This piece as an I32 vector.</summary>
    public DeviceTensor IndexVector(DeviceBuffer buffer, long blobOffset)
        => new(buffer, blobOffset + Offset, DType.I32, 1, Shape.Columns);

    /// <summary>This piece as a weight matrix of a blob that starts at <paramref name="blobOffset"/>.</summary>
    public WeightMatrix Matrix(DeviceBuffer buffer, long blobOffset) => new(buffer, blobOffset + Offset, Shape);

    /// <summary>This piece as an F32 vector.</summary>
    public DeviceTensor Vector(DeviceBuffer buffer, long blobOffset)
        => new(buffer, blobOffset + Offset, DType.F32, 1, Shape.Columns);
}
