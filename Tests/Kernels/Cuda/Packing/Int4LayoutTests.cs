using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda.Packing;
using SpecExecNative.Tests.Kernels.Cuda.Kernels;

namespace SpecExecNative.Tests.Kernels.Cuda.Packing;

/// <summary>Packed 4-bit weights, read back by the formula that the kernels' comment gives.</summary>
internal sealed class Int4LayoutTests
{
    [TestCase(16, 64, 64, true)]
    [TestCase(33, 172, 32, true)]
    [TestCase(5, 133, 128, false)]
    [TestCase(40, 512, 512, true)]
    [TestCase(7, 30, 8, true)]
    public void WhatIsPackedIsReadBackBitForBit(int rows, int columns, int groupSize, bool hasZeros)
    {
        foreach (DType element in new[] { DType.F16, DType.BF16 })
        {
            var weights = new Int4Weights(element, rows, columns, new Int4Groups(groupSize, hasZeros), rows);
            AssertIsThere(weights, element, weights.Packed);
        }
    }

    [Test]
    public void RowsMayComeInAnyOrder()
    {
        var weights = new Int4Weights(DType.F16, 37, 100, new Int4Groups(32, HasZeros: true), 4);
        var packed = new byte[Int4Layout.Bytes(weights.Shape)];
        int rowBytes = (int)weights.Shape.RowBytes;
        int[] order = [.. Enumerable.Range(0, 37)];
        new Random(1).Shuffle(order);
        foreach (int row in order)
        {
            Int4Layout.Write(weights.Rows.AsSpan(row * rowBytes, rowBytes), weights.Shape, row, DType.F16, packed);
        }

        Assert.That(packed, Is.EqualTo(weights.Packed));
    }

    [Test]
    public void AZeroInAMatrixWithoutZerosIsRefused()
    {
        var weights = new Int4Weights(DType.F16, 2, 32, new Int4Groups(32, HasZeros: true), 4);
        weights.Zeros[1] = 7;
        WeightShape shape = weights.Shape with { Groups = new Int4Groups(32, HasZeros: false) };
        weights.Zeros[0] = Int4Groups.Middle;
        byte[] rows = weights.Rows;
        Assert.That(
            () => Int4Layout.Write(rows, shape, 0, DType.F16, new byte[Int4Layout.Bytes(shape)]), Throws.ArgumentException.With.Message.Contains("Row 1").And.Message.Contains("zero 7"));
    }

    private static void AssertIsThere(Int4Weights weights, DType element, byte[] packed)
    {
        WeightShape shape = weights.Shape;
        int paddedRows = (shape.Rows + 15) / 16 * 16;
        int blocks = (shape.Columns + 63) / 64;
        int groups = shape.Groups.Count(shape.Columns);
        int scales = paddedRows / 16 * blocks * 512;
        int zeros = scales + (2 * groups * paddedRows);
        Assert.That(packed, Has.Length.EqualTo(zeros + (shape.Groups.HasZeros ? groups * paddedRows : 0)));
        for (int row = 0; row < paddedRows; row++)
        {
            for (int column = 0; column < shape.Columns && row < shape.Rows; column++)
            {
                int lane = (row % 8 * 4) + (column % 8 / 2);
                int word = (column % 64 / 32 * 2) + (row % 16 / 8);
                int nibble = (column % 32 / 8) + (column % 2 * 4);
                uint bits = BitConverter.ToUInt32(packed, (((row / 16 * blocks) + (column / 64)) * 512) + (lane * 16) + (word * 4));
                Assert.That((bits >> (4 * nibble)) & 15, Is.EqualTo((uint)weights.Nibbles[(row * shape.Columns) + column]), $"({row}, {column})");
            }

            for (int group = 0; group < groups; group++)
            {
                ushort scale = row < shape.Rows ? ElementFormat.Encode(element, (float)weights.Scales[(row * groups) + group]) : (ushort)0;
                Assert.That(BitConverter.ToUInt16(packed, scales + (2 * ((group * paddedRows) + row))), Is.EqualTo(scale), $"scale of row {row}, group {group}");
                if (shape.Groups.HasZeros && row < shape.Rows)
                {
                    Assert.That(packed[zeros + (group * paddedRows) + row], Is.EqualTo(weights.Zeros[(row * groups) + group]), $"zero of row {row}, group {group}");
                }
            }
        }
    }
}
