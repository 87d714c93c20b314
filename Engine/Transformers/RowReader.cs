using SpecExecNative.Kernels;
using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Engine.Transformers;

/// <summary>Rows of a weight as devices are given them, in another order if need be. May be used by many threads at once.</summary>
internal abstract class RowReader(WeightShape shape, int[]? order)
{
    protected int RowBytes { get; } = checked((int)shape.RowBytes);

    /// <inheritdoc cref="Int4Matrix.HasAmbiguousZeros"/>
    public virtual bool HasAmbiguousZeros => false;

    /// <summary>Reads a 4-bit matrix as a whole, since its file has it by columns; a tensor's rows when they are asked for.</summary>
    /// <exception cref="Loaders.ModelFormatException">A 4-bit matrix is damaged.</exception>
    public static RowReader Open(WeightSource source, int[]? order)
    {
        if (source.Int4 is null)
        {
            return source.Tensor is null ? new GeneratedRows(source.Shape, order) : new TensorRows(source.Tensor, source.Shape, order);
        }

        Int4Matrix matrix = source.Int4.Read();
        return source.Shape.Groups.HasZeros || matrix.IsSymmetric
            ? new Int4Rows(matrix, source.Shape, order)
            : throw new UnsupportedWeightException(
                source.FilePath, source.Name, "has zeros other than 8, though its configuration says that it is symmetric. Set \"sym\": false in the configuration, or quantize it again.");
    }

    /// <summary>Rows <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1.</summary>
    public ReadOnlySpan<byte> Read(int first, int count)
    {
        if (order is null)
        {
            return ReadNatural(first, count);
        }

        byte[] rows = new byte[count * RowBytes];
        for (int i = 0; i < count; i++)
        {
            ReadNatural(order[first + i], 1).CopyTo(rows.AsSpan(i * RowBytes));
        }

        return rows;
    }

    protected abstract ReadOnlySpan<byte> ReadNatural(int first, int count);

    private sealed class TensorRows(CheckpointTensor tensor, WeightShape shape, int[]? order) : RowReader(shape, order)
    {
        protected override ReadOnlySpan<byte> ReadNatural(int first, int count) => tensor.Read((long)first * RowBytes, checked(count * RowBytes));
    }

    private sealed class Int4Rows(Int4Matrix matrix, WeightShape shape, int[]? order) : RowReader(shape, order)
    {
        public override bool HasAmbiguousZeros => matrix.HasAmbiguousZeros;

        protected override ReadOnlySpan<byte> ReadNatural(int first, int count)
        {
            byte[] rows = new byte[count * RowBytes];
            matrix.CopyRows(first, count, rows);
            return rows;
        }
    }
}
