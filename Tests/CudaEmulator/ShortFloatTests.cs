using System.Numerics;
using NUnit.Framework;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>f16 and bf16: every value, and every boundary between two of them, against a rounding that searches the
/// values of the format for the nearest one.</summary>
public sealed class ShortFloatTests
{
    private const int FixedBits = 150;

    [TestCase("f16", 5, 10)]
    [TestCase("bf16", 8, 7)]
    public void EveryValueWidensExactly(string format, int exponentBits, int mantissaBits)
    {
        ulong[][] inputs = [.. Enumerable.Range(0, 65536).Select(bits => new[] { (ulong)bits })];
        ulong[] results = InstructionRunner.Run($"cvt.f32.{format} d, a;", "b32", ["b16"], inputs);
        for (int bits = 0; bits < 65536; bits++)
        {
            double expected = Decode(bits, exponentBits, mantissaBits);
            float actual = BitConverter.UInt32BitsToSingle((uint)results[bits]);
            bool same = double.IsNaN(expected) ? float.IsNaN(actual) : actual == expected && float.IsNegative(actual) == (bits >= 0x8000);
            Assert.That(same, $"0x{bits:x4} became {actual:R}, not {expected:R}");
        }
    }

    [TestCase("rn", "f16", 5, 10)]
    [TestCase("rz", "f16", 5, 10)]
    [TestCase("rn", "bf16", 8, 7)]
    [TestCase("rz", "bf16", 8, 7)]
    public void EveryBoundaryRoundsTheRightWay(string rounding, string format, int exponentBits, int mantissaBits)
    {
        // Below, at and above the middle of each pair of neighbours, of both signs.
        var inputs = new List<ulong[]>();
        var expected = new List<int>();
        int last = ((1 << exponentBits) - 1) << mantissaBits;
        for (int bits = 0; bits < last; bits++)
        {
            double low = Decode(bits, exponentBits, mantissaBits);
            double high = bits + 1 == last ? Decode(bits, exponentBits, mantissaBits) * 2 - Decode(bits - 1, exponentBits, mantissaBits) : Decode(bits + 1, exponentBits, mantissaBits);
            float middle = (float)((low + high) / 2);
            if (float.IsInfinity(middle))
            {
                continue;
            }

            int even = (bits & 1) == 0 ? bits : bits + 1;
            bool nearest = rounding == "rn";
            Add(MathF.BitDecrement(middle), bits);
            Add(middle, nearest ? even : bits);
            Add(MathF.BitIncrement(middle), nearest ? bits + 1 : bits);
            Add((float)low, bits);
        }

        ulong[] results = InstructionRunner.Run($"cvt.{rounding}.{format}.f32 d, a;", "b16", ["b32"], inputs);
        for (int i = 0; i < expected.Count; i++)
        {
            if (results[i] != (ulong)expected[i])
            {
                Assert.Fail($"{BitConverter.UInt32BitsToSingle((uint)inputs[i][0]):R} became 0x{results[i]:x4}, not 0x{expected[i]:x4}");
            }
        }

        void Add(float value, int bits)
        {
            inputs.Add([BitConverter.SingleToUInt32Bits(value)]);
            expected.Add(bits);
            inputs.Add([BitConverter.SingleToUInt32Bits(-value)]);
            expected.Add(bits | 0x8000);
        }
    }

    [TestCase("f16", 5, 10)]
    [TestCase("bf16", 8, 7)]
    public void PairPutsItsFirstSourceIntoTheUpperHalf(string format, int exponentBits, int mantissaBits)
    {
        ulong[] results = InstructionRunner.Run(
            $"cvt.rn.{format}x2.f32 d, a, b;", "b32", ["b32", "b32"], [[BitConverter.SingleToUInt32Bits(2f), BitConverter.SingleToUInt32Bits(-0.5f)]]);
        Assert.Multiple(() =>
        {
            Assert.That(Decode((int)(results[0] >> 16), exponentBits, mantissaBits), Is.EqualTo(2));
            Assert.That(Decode((int)(results[0] & 0xFFFF), exponentBits, mantissaBits), Is.EqualTo(-0.5));
        });
    }

    [TestCase("add", "f16", 5, 10)]
    [TestCase("mul", "f16", 5, 10)]
    [TestCase("sub", "bf16", 8, 7)]
    [TestCase("mul", "bf16", 8, 7)]
    [TestCase("fma", "f16", 5, 10)]
    [TestCase("fma", "bf16", 8, 7)]
    public void PairArithmeticRoundsTheExactResultOnce(string operation, string format, int exponentBits, int mantissaBits)
    {
        var random = new Random(5);
        ulong[][] inputs = [.. Enumerable.Range(0, 20_000).Select(_ => new[] { Pair(), Pair(), Pair() })];
        string text = operation == "fma" ? $"fma.rn.{format}x2 d, a, b, c;" : $"{operation}.{format}x2 d, a, b;";
        ulong[] results = InstructionRunner.Run(text, "b32", ["b32", "b32", "b32"], inputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            for (int shift = 0; shift < 32; shift += 16)
            {
                BigInteger[] x = [.. inputs[i].Select(w => Fixed((int)(w >> shift) & 0xFFFF, exponentBits, mantissaBits))];
                BigInteger exact = operation switch
                {
                    "add" => (x[0] + x[1]) << FixedBits,
                    "sub" => (x[0] - x[1]) << FixedBits,
                    "mul" => x[0] * x[1],
                    _ => (x[0] * x[1]) + (x[2] << FixedBits),
                };
                int actual = (int)(results[i] >> shift) & 0xFFFF;
                AssertNearest(actual, exact, exponentBits, mantissaBits, $"{text} of 0x{inputs[i][0]:x8}, 0x{inputs[i][1]:x8}, 0x{inputs[i][2]:x8}");
            }
        }

        // Values near 1, so that nothing overflows; ties happen.
        ulong Pair() => Element() | (Element() << 16);

        ulong Element()
        {
            int bias = (1 << (exponentBits - 1)) - 1;
            int exponent = bias + random.Next(-3, 4);
            return (ulong)((random.Next(2) << 15) | (exponent << mantissaBits) | random.Next(1 << mantissaBits));
        }
    }

    // The result must be at least as near as both neighbours, and even on a tie.
    private static void AssertNearest(int actual, BigInteger exact, int exponentBits, int mantissaBits, string what)
    {
        BigInteger error = BigInteger.Abs((Fixed(actual, exponentBits, mantissaBits) << FixedBits) - exact);
        foreach (int neighbour in new[] { actual - 1, actual + 1 })
        {
            if ((neighbour & 0x7FFF) == 0x7FFF || neighbour < 0)
            {
                continue;
            }

            BigInteger other = BigInteger.Abs((Fixed(neighbour, exponentBits, mantissaBits) << FixedBits) - exact);
            if (other < error || (other == error && (actual & 1) != 0))
            {
                Assert.Fail($"{what}: 0x{actual:x4} is not the nearest value");
            }
        }
    }

    // Exact, as a multiple of 2^-150.
    private static BigInteger Fixed(int bits, int exponentBits, int mantissaBits) =>
        new(Decode(bits, exponentBits, mantissaBits) * Math.Pow(2, FixedBits));

    // IEEE 754, from the fields.
    private static double Decode(int bits, int exponentBits, int mantissaBits)
    {
        int exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
        int mantissa = bits & ((1 << mantissaBits) - 1);
        int bias = (1 << (exponentBits - 1)) - 1;
        double sign = (bits & 0x8000) != 0 ? -1 : 1;
        if (exponent == (1 << exponentBits) - 1)
        {
            return mantissa != 0 ? double.NaN : sign * double.PositiveInfinity;
        }

        return exponent == 0
            ? sign * mantissa * Math.Pow(2, 1 - bias - mantissaBits)
            : sign * (1 + (mantissa / (double)(1 << mantissaBits))) * Math.Pow(2, exponent - bias);
    }
}
