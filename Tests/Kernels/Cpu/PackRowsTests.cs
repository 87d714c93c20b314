using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cpu;

namespace SpecExecNative.Tests.Kernels.Cpu;

public sealed class PackRowsTests
{
    [TestCase(DType.F32)]
    [TestCase(DType.F16)]
    [TestCase(DType.BF16)]
    public void PiecesInAnyOrderFromUnalignedBytesGiveTheSameMatrixAsOnePiece(DType type)
    {
        // q|k|v stacked: 21, 7 and 9 rows, none of them a multiple of a panel; given last piece first, from several threads.
        StoredMatrix matrix = StoredMatrix.Random(new Random(3), 37, 19, type);
        using CpuDevice device = new(1);
        long bytes = device.PackedBytes(matrix.Shape);
        using PinnedBuffer whole = device.AllocatePinned(bytes, "whole");
        using PinnedBuffer pieces = device.AllocatePinned(bytes + 256, "pieces");
        pieces.Span(0, (int)bytes + 256).Fill(0xA5);
        device.PackRows(matrix.Bytes, matrix.Shape, 0, 37, whole, 0);

        Parallel.ForEach([(28, 9), (0, 21), (21, 7)], piece =>
        {
            (int first, int count) = piece;
            int rowBytes = (int)matrix.Shape.RowBytes;
            byte[] shifted = new byte[(count * rowBytes) + 1];
            matrix.Bytes.AsSpan(first * rowBytes, count * rowBytes).CopyTo(shifted.AsSpan(1));
            device.PackRows(shifted.AsSpan(1), matrix.Shape, first, count, pieces, 256);
        });

        Assert.Multiple(() =>
        {
            Assert.That(pieces.Span(256, (int)bytes).SequenceEqual(whole.Span(0, (int)bytes)), Is.True);
            Assert.That(pieces.Span(0, 256).IndexOfAnyExcept((byte)0xA5), Is.EqualTo(-1), "bytes before the matrix");
        });
    }

    [Test]
    public void WrongPortionsAreRefused()
    {
        using CpuDevice device = new(1);
        WeightShape shape = new(4, 8, DType.F16);
        using PinnedBuffer packed = device.AllocatePinned(device.PackedBytes(shape), "packed");
        Assert.Multiple(() =>
        {
            Assert.That(() => device.PackRows(new byte[15], shape, 0, 1, packed, 0), Throws.ArgumentException.With.Message.Contains("PackRows"));
            Assert.That(() => device.PackRows(new byte[32], shape, 3, 2, packed, 0), Throws.ArgumentException);
            Assert.That(() => device.PackRows(new byte[16], shape, -1, 1, packed, 0), Throws.ArgumentException);
            Assert.That(() => device.PackRows(new byte[16], shape, 0, 1, packed, 2), Throws.ArgumentException);
            Assert.That(() => device.PackedBytes(new WeightShape(0, 8, DType.F32)), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => device.PackedBytes(new WeightShape(int.MaxValue, int.MaxValue, DType.F32)), Throws.InstanceOf<ArgumentException>());
        });
    }
}
