using System.Runtime.InteropServices;
using NUnit.Framework;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Packing;

namespace SpecExecNative.Tests.Kernels.Cuda.Packing;

internal sealed class ElementConversionTests
{
    [Test]
    public void EveryF16BecomesWhatTheRuntimeMakesOfIt([Values(DType.F16, DType.BF16)] DType to)
        => AssertAll(AllPatterns(), DType.F16, to, bits => (float)BitConverter.UInt16BitsToHalf(bits));

    [Test]
    public void EveryBF16ThatFitsBecomesTheNearest([Values(DType.F16, DType.BF16)] DType to)
        => AssertAll(
            [.. AllPatterns().Where(bits => to == DType.BF16 || Math.Abs(FromBF16(bits)) is < 65520f or float.PositiveInfinity or float.NaN)], DType.BF16, to, FromBF16);

    /// <summary>All exponents with fractions around every rounding edge: exact halves, one below, one above.</summary>
    [Test]
    public void F32IsRoundedToTheNearestEven([Values(DType.F16, DType.BF16)] DType to)
    {
        uint[] fractions = [.. Enumerable.Range(0, 24).SelectMany(i => new[] { 1u << i, (1u << i) - 1, (1u << i) + 1, 0x7FFFFFu ^ (1u << i), 3u << i }).Select(f => f & 0x7FFFFF).Distinct()];
        float[] values = [.. Enumerable.Range(0, 512)
            .SelectMany(signAndExponent => fractions.Select(fraction => BitConverter.UInt32BitsToSingle(((uint)signAndExponent << 23) | fraction)))
            .Where(x => !float.IsFinite(x) || Math.Abs(x) < (to == DType.F16 ? 65520f : 3.3961775e38f))];
        ushort[] converted = new ushort[values.Length];
        ElementConversion.Convert(MemoryMarshal.AsBytes<float>(values), DType.F32, converted, to);
        for (int i = 0; i < values.Length; i++)
        {
            AssertSame(converted[i], values[i], to);
        }
    }

    [TestCase(65520f, DType.F16)]
    [TestCase(-1e30f, DType.F16)]
    [TestCase(3.4e38f, DType.BF16)]
    public void AFiniteNumberThatIsTooLargeIsRefused(float value, DType to)
    {
        float[] values = new float[13];
        foreach (int place in (int[])[0, 7, 8, 12])
        {
            Array.Clear(values);
            values[place] = value;
            WeightOverflowException refusal = Assert.Throws<WeightOverflowException>(
                () => ElementConversion.Convert(MemoryMarshal.AsBytes<float>(values), DType.F32, new ushort[13], to))!;
            Assert.That(refusal.Message, Does.Contain(to.ToString()));
        }
    }

    [Test]
    public void TheLargestThatRoundsDownFits()
    {
        ushort[] converted = new ushort[1];
        ElementConversion.Convert(MemoryMarshal.AsBytes<float>([65519.996f]), DType.F32, converted, DType.F16);
        Assert.That(converted[0], Is.EqualTo(0x7BFF));
    }

    [Test]
    public void RowsStartOnSixteenBytesAndTheGapIsZero([Values(1, 7, 8, 9, 20)] int columns, [Values(DType.F32, DType.F16, DType.BF16)] DType from)
    {
        const int rows = 3;
        WeightShape shape = new(rows, columns, from);
        byte[] stored = new byte[rows * shape.RowBytes];
        for (int i = 0; i < rows * columns; i++)
        {
            Store(stored.AsSpan(i * from.Bytes()), from, i + 1);
        }

        byte[] packed = new byte[RowLayout.Bytes(shape)];
        Array.Fill(packed, (byte)0xFF);
        RowLayout.Write(stored, shape, DType.F16, packed);
        Span<ushort> elements = MemoryMarshal.Cast<byte, ushort>(packed.AsSpan());
        int stride = RowLayout.Stride(columns);
        Assert.That(stride % 8, Is.Zero);
        Assert.That(elements.Length, Is.EqualTo(rows * stride));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < stride; column++)
            {
                float expected = column < columns ? (row * columns) + column + 1 : 0;
                Assert.That((float)BitConverter.UInt16BitsToHalf(elements[(row * stride) + column]), Is.EqualTo(expected));
            }
        }
    }

    private static ushort[] AllPatterns() => [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];

    private static float FromBF16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static void Store(Span<byte> to, DType type, int value)
    {
        if (type == DType.F32)
        {
            BitConverter.TryWriteBytes(to, (float)value);
        }
        else
        {
            BitConverter.TryWriteBytes(to, type == DType.F16 ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
        }
    }

    private static void AssertAll(ushort[] patterns, DType from, DType to, Func<ushort, float> value)
    {
        ushort[] converted = new ushort[patterns.Length];
        ElementConversion.Convert(MemoryMarshal.AsBytes<ushort>(patterns), from, converted, to);
        for (int i = 0; i < patterns.Length; i++)
        {
            AssertSame(converted[i], value(patterns[i]), to);
        }
    }

    /// <summary>The oracles: the runtime's own binary16; for bfloat16 the nearer of the two neighbours, in double.</summary>
    private static void AssertSame(ushort actual, float value, DType to)
    {
        if (float.IsNaN(value))
        {
            Assert.That(to == DType.F16 ? Half.IsNaN(BitConverter.UInt16BitsToHalf(actual)) : float.IsNaN(FromBF16(actual)), Is.True, $"{value} → {actual:X4}");
            return;
        }

        ushort expected = to == DType.F16 ? BitConverter.HalfToUInt16Bits((Half)value) : NearestBF16(value);
        if (actual != expected)
        {
            Assert.Fail($"{value:R} ({BitConverter.SingleToUInt32Bits(value):X8}) became {actual:X4}, must be {expected:X4}");
        }
    }

    private static ushort NearestBF16(float value)
    {
        ushort below = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        if (!float.IsFinite(value) || FromBF16(below) == value)
        {
            return below;
        }

        ushort above = (ushort)(below + 1);
        double toBelow = Math.Abs((double)value - FromBF16(below));
        double toAbove = Math.Abs((double)FromBF16(above) - value);
        return toBelow < toAbove || (toBelow == toAbove && below % 2 == 0) ? below : above;
    }
}
