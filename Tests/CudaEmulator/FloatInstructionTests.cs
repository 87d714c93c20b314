using System.Numerics;
using NUnit.Framework;

namespace SpecExecNative.Tests.CudaEmulator;

/// <summary>Float instructions over edge values. References compute in double and round once, which is right for sums
/// and products of floats with at most 24 bits.</summary>
public sealed class FloatInstructionTests
{
    private static readonly float[] Values =
    [
        0f, -0f, 1f, -1f, 0.5f, 3f, 1e-40f, -1e-40f, float.Epsilon, 1.17549435e-38f, 1e30f, -1e30f, float.MaxValue, float.PositiveInfinity,
        float.NegativeInfinity, float.NaN, 1.0000001f, 0.33333334f, 16777217f, -2.5f,
    ];

    private static IEnumerable<TestCaseData> Singles()
    {
        yield return Case("add.f32 d, a, b;", (a, b) => (float)((double)a + b));
        yield return Case("sub.f32 d, a, b;", (a, b) => (float)((double)a - b));
        yield return Case("mul.f32 d, a, b;", (a, b) => (float)((double)a * b));
        yield return Case("div.rn.f32 d, a, b;", (a, b) => (float)((double)a / b));
        yield return Case("add.ftz.f32 d, a, b;", (a, b) => Flush((float)((double)Flush(a) + Flush(b))));
        yield return Case("mul.ftz.f32 d, a, b;", (a, b) => Flush((float)((double)Flush(a) * Flush(b))));
        yield return Case("add.sat.f32 d, a, b;", (a, b) => Saturate((float)((double)a + b)));
        yield return Case("min.f32 d, a, b;", (a, b) => Pick(a, b, smaller: true));
        yield return Case("max.f32 d, a, b;", (a, b) => Pick(a, b, smaller: false));
        yield return Case("min.NaN.f32 d, a, b;", (a, b) => float.IsNaN(a) || float.IsNaN(b) ? float.NaN : Pick(a, b, smaller: true));
        yield return Case("neg.f32 d, a;", (a, _) => -a);
        yield return Case("abs.f32 d, a;", (a, _) => a < 0 || (a == 0 && float.IsNegative(a)) ? -a : a);
        yield return Case("copysign.f32 d, a, b;", (a, b) => float.IsNegative(a) == float.IsNegative(b) ? b : -b);
        yield return Case("sqrt.rn.f32 d, a;", (a, _) => (float)Math.Sqrt(a));
        yield return Case("rcp.rn.f32 d, a;", (a, _) => (float)(1.0 / a));
        yield return Case("{ .reg .f64 x, y; cvt.f64.f32 x, a; cvt.f64.f32 y, b; fma.rn.f64 x, x, y, x; cvt.rn.f32.f64 d, x; }", (a, b) => (float)Math.FusedMultiplyAdd(a, b, a));
    }

    private static IEnumerable<TestCaseData> Approximations()
    {
        yield return Case("ex2.approx.f32 d, a;", (a, _) => (float)Math.Pow(2, a));
        yield return Case("ex2.approx.ftz.f32 d, a;", (a, _) => Flush((float)Math.Pow(2, Flush(a))));
        yield return Case("lg2.approx.f32 d, a;", (a, _) => (float)Math.Log2(a));
        yield return Case("rcp.approx.ftz.f32 d, a;", (a, _) => Flush(1f / Flush(a)));
        yield return Case("rsqrt.approx.f32 d, a;", (a, _) => (float)(1 / Math.Sqrt(a)));
        yield return Case("tanh.approx.f32 d, a;", (a, _) => (float)Math.Tanh(a));
    }

    [TestCaseSource(nameof(Singles))]
    public void SinglePrecisionRoundsOnce(string instruction, Func<float, float, float> reference)
    {
        Check(instruction, reference, tolerance: 0);
    }

    [TestCaseSource(nameof(Approximations))]
    public void ApproximationIsWithinTwoUnitsInTheLastPlace(string instruction, Func<float, float, float> reference)
    {
        Check(instruction, reference, tolerance: 2);
    }

    [Test]
    public void FusedMultiplyAddRoundsOnce()
    {
        // 1 + 2^-12 squared needs 25 bits; the separate product would lose the last one.
        float a = 1f + (1f / 4096);
        float[][] rows = [[a, a, -1f], [1e20f, 1e20f, float.NegativeInfinity], [3f, 0.33333334f, -1f], [float.MaxValue, 2f, float.NegativeInfinity]];
        ulong[][] inputs = [.. rows.Select(r => r.Select(x => (ulong)BitConverter.SingleToUInt32Bits(x)).ToArray())];
        ulong[] results = InstructionRunner.Run("fma.rn.f32 d, a, b, c;", "b32", ["b32", "b32", "b32"], inputs);
        float first = BitConverter.UInt32BitsToSingle((uint)results[0]);
        Assert.Multiple(() =>
        {
            Assert.That((double)first, Is.EqualTo(((double)a * a) - 1));
            Assert.That(BitConverter.UInt32BitsToSingle((uint)results[1]), Is.EqualTo(float.NegativeInfinity));
            Assert.That((double)BitConverter.UInt32BitsToSingle((uint)results[2]), Is.EqualTo((3.0 * 0.33333334f) - 1));
            Assert.That(BitConverter.UInt32BitsToSingle((uint)results[3]), Is.EqualTo(float.NegativeInfinity));
        });
    }

    [TestCase("rz")]
    [TestCase("rm")]
    [TestCase("rp")]
    public void DirectedFusedMultiplyAddIsTheLastValueOnItsSide(string rounding)
    {
        var random = new Random(3);
        ulong[][] inputs = [.. Enumerable.Range(0, 5000).Select(_ => Enumerable.Range(0, 3).Select(_ =>
            (ulong)BitConverter.SingleToUInt32Bits((float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-4, 5))))).ToArray())];
        ulong[] results = InstructionRunner.Run($"fma.{rounding}.f32 d, a, b, c;", "b32", ["b32", "b32", "b32"], inputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            // Exact: multiples of 2^-80 and so of 2^-160.
            BigInteger[] x = [.. inputs[i].Select(w => new BigInteger(Single(w) * Math.Pow(2, 80)))];
            BigInteger exact = (x[0] * x[1]) + (x[2] << 80);
            BigInteger actual = new BigInteger(Single(results[i]) * Math.Pow(2, 80)) << 80;
            bool down = rounding == "rm" || (rounding == "rz" && exact.Sign > 0);
            float next = down ? MathF.BitIncrement(Single(results[i])) : MathF.BitDecrement(Single(results[i]));
            BigInteger beyond = new BigInteger(next * Math.Pow(2, 80)) << 80;
            Assert.That(down ? actual <= exact && exact < beyond : beyond < exact && exact <= actual, $"row {i}");
        }
    }

    [TestCase("eq", false)]
    [TestCase("ne", false)]
    [TestCase("lt", false)]
    [TestCase("ge", false)]
    [TestCase("equ", true)]
    [TestCase("neu", true)]
    [TestCase("ltu", true)]
    [TestCase("geu", true)]
    [TestCase("leu", true)]
    [TestCase("gtu", true)]
    public void ComparisonWithNaNIsWhatItsLastLetterSays(string order, bool withNaN)
    {
        ulong[][] inputs = [.. from a in Values from b in Values select Bits(a, b)];
        ulong[] results = InstructionRunner.Run($"setp.{order}.f32 d, a, b;", "pred", ["b32", "b32"], inputs);
        ulong[] expected = [.. from a in Values
                               from b in Values
                               select (float.IsNaN(a) || float.IsNaN(b) ? withNaN : Holds(order, a.CompareTo(b), a == b)) ? 1ul : 0];
        Assert.That(results, Is.EqualTo(expected));
    }

    private static bool Holds(string order, int comparison, bool equal) => order[..2] switch
    {
        "eq" => equal,
        "ne" => !equal,
        "lt" => comparison < 0 && !equal,
        "ge" => comparison > 0 || equal,
        "le" => comparison < 0 || equal,
        _ => comparison > 0 && !equal,
    };

    private static void Check(string instruction, Func<float, float, float> reference, int tolerance)
    {
        ulong[][] inputs = [.. from a in Values from b in Values select Bits(a, b)];
        ulong[] results = InstructionRunner.Run(instruction, "b32", ["b32", "b32"], inputs);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                float expected = reference(Single(inputs[i][0]), Single(inputs[i][1]));
                float actual = Single(results[i]);
                bool same = float.IsNaN(expected) ? float.IsNaN(actual) : Math.Abs((long)(int)BitConverter.SingleToUInt32Bits(expected) - (int)results[i]) <= tolerance;
                Assert.That(same, $"{instruction} of {Single(inputs[i][0]):R}, {Single(inputs[i][1]):R}: {actual:R}, not {expected:R}");
            }
        });
    }

    private static TestCaseData Case(string instruction, Func<float, float, float> reference) =>
        new TestCaseData(instruction, reference).SetArgDisplayNames(instruction);

    private static ulong[] Bits(float a, float b) => [BitConverter.SingleToUInt32Bits(a), BitConverter.SingleToUInt32Bits(b)];

    private static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static float Flush(float x) => Math.Abs(x) < 1.17549435e-38f ? MathF.CopySign(0, x) : x;

    private static float Saturate(float x) => x >= 1 ? 1 : x > 0 ? x : 0;

    // PTX: a NaN gives way, and -0 is less than +0.
    private static float Pick(float a, float b, bool smaller)
    {
        if (float.IsNaN(a) || float.IsNaN(b))
        {
            return float.IsNaN(a) ? b : a;
        }

        bool first = a == b ? float.IsNegative(a) == smaller : (a < b) == smaller;
        return first ? a : b;
    }
}
