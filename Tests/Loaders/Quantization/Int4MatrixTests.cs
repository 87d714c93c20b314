using NUnit.Framework;
using SpecExecNative.Loaders.Quantization;

namespace SpecExecNative.Tests.Loaders.Quantization;

public sealed class Int4MatrixTests
{
    [TestCase(1, 1, 1 + 3)]
    [TestCase(8, 3, 4 + 9)]
    [TestCase(172, 64, 86 + 9)]
    [TestCase(8192, 128, 4096 + 192)]
    [TestCase(11008, 11008, 5504 + 3)]
    public void RowsHaveNibblesThenScalesThenZeros(int columns, int groupSize, int bytes)
        => Assert.That(Int4Matrix.RowBytesFor(columns, groupSize), Is.EqualTo(bytes));

    /// <summary>Two rows of five inputs in groups of three, by hand.</summary>
    [Test]
    public void RowIsWhatItsBytesSpell()
    {
        byte[] rows =
        [
            0x21, 0x43, 0x05, 0x00, 0x3C, 0x00, 0xC0, 8, 3,
            0xFF, 0x00, 0x0F, 0x00, 0x38, 0x01, 0x00, 0, 15,
        ];
        var matrix = new Int4Matrix(2, 5, 3, rows, [4, 3, 2, 1, 0]);
        float[] weights = new float[5];
        matrix.Dequantize(0, weights);
        Assert.That(weights, Is.EqualTo(new float[] { (5 - 3) * -2, (4 - 3) * -2, 3 - 8, 2 - 8, 1 - 8 }));
        matrix.Dequantize(1, weights);
        float tiny = MathF.Pow(2, -24);
        Assert.That(weights, Is.EqualTo(new[] { 0, -15 * tiny, 0, 7.5f, 7.5f }));

        byte[] copy = new byte[9];
        matrix.CopyRows(1, 1, copy);
        Assert.That(copy, Is.EqualTo(rows[9..]));
        Assert.That((matrix.Rows, matrix.Columns, matrix.Groups, matrix.RowBytes, matrix.IsSymmetric), Is.EqualTo((2, 5, 2, 9, false)));
    }

    [Test]
    public void WrongCallsAreRefused()
    {
        byte[] row = [0x21, 0x43, 0, 0x3C, 8];
        Assert.That(new Int4Matrix(1, 4, 4, row).IsSymmetric, Is.True);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Int4Matrix(2, 4, 4, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Int4Matrix(1, 4, 5, row));
        Assert.Throws<ArgumentException>(() => _ = new Int4Matrix(1, 4, 4, [0, 0, 0, 0, 16]));
        Assert.Throws<ArgumentException>(() => _ = new Int4Matrix(1, 4, 4, row, [0, 1, 1, 2]));
        Assert.Throws<ArgumentException>(() => _ = new Int4Matrix(1, 4, 4, row, [0, 1, 2, 4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Int4Matrix(1, 4, 4, row, [0, 1, 2]));
        var matrix = new Int4Matrix(1, 4, 4, row);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.CopyRows(1, 1, new byte[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.CopyRows(0, 2, new byte[10]));
        Assert.Throws<ArgumentException>(() => matrix.CopyRows(0, 1, new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Dequantize(1, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Dequantize(0, new float[5]));
    }
}
