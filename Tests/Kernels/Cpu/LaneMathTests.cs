using NUnit.Framework;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Tests.Kernels.Cpu;

[TestFixture(typeof(Lanes128))]
[TestFixture(typeof(Lanes256))]
[TestFixture(typeof(Lanes512))]
internal sealed unsafe class LaneMathTests<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    [Test]
    public void ExpIsWithinTwoUnitsInTheLastPlace()
    {
        double worst = 0;
        for (float x = -87.3f; x < 88f; x += 0.00037f)
        {
            double exact = Math.Exp(x);
            worst = Math.Max(worst, Math.Abs(Exp(x) - exact) / exact);
        }

        Assert.That(worst, Is.LessThan(2 * 1.2e-7));
    }

    [TestCase(0f, 1f)]
    [TestCase(-0f, 1f)]
    [TestCase(-88f, 0f)]
    [TestCase(-1e30f, 0f)]
    [TestCase(89f, float.PositiveInfinity)]
    [TestCase(1e30f, float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity, 0f)]
    [TestCase(float.PositiveInfinity, float.PositiveInfinity)]
    [TestCase(float.NaN, float.NaN)]
    public void ExpOfSpecialValues(float x, float expected) => Assert.That(Exp(x), Is.EqualTo(expected));

    [Test]
    public void ExpKeepsANaNWithAnyPayload()
        => Assert.That(Exp(BitConverter.UInt32BitsToSingle(0x7FC001FF)), Is.NaN);

    [TestCase(-200f)]
    [TestCase(200f)]
    [TestCase(0.5f)]
    public void SiluEqualsItsFormula(float x)
    {
        float actual = Apply(LaneMath.Silu, x);
        Assert.That(actual, Is.EqualTo(x / (1 + Math.Exp(-x))).Within(1e-6 * Math.Abs(x)));
    }

    [Test]
    public void PartialLoadsAndStoresTouchNothingBehindThem()
    {
        // The memory ends at a page that is not ours in the worst case; here it ends at a canary.
        float* from = stackalloc float[17];
        float* to = stackalloc float[17];
        for (int count = 1; count < 16; count++)
        {
            for (int i = 0; i < 17; i++)
            {
                from[i] = i < count ? i + 1 : float.NaN;
                to[i] = -1f;
            }

            TLanes lanes = TLanes.LoadPartial(from, count, 100f);
            Assert.That(LaneMath.Sum(lanes), Is.EqualTo((count * (count + 1) / 2) + (100f * (16 - count))));
            TLanes.StorePartial(lanes, to, count);
            for (int i = 0; i < 17; i++)
            {
                Assert.That(to[i], Is.EqualTo(i < count ? i + 1 : -1f));
            }
        }
    }

    [Test]
    public void SumAddsInTheDocumentedOrder()
    {
        Random random = new(13);
        float* x = stackalloc float[16];
        for (int run = 0; run < 1000; run++)
        {
            float[] expected = [.. Reference.Random(random, 16).Select(v => v * MathF.Pow(10, random.Next(-4, 4)))];
            expected.CopyTo(new Span<float>(x, 16));
            for (int distance = 8; distance > 0; distance /= 2)
            {
                for (int lane = 0; lane < distance; lane++)
                {
                    expected[lane] += expected[lane + distance];
                }
            }

            Assert.That(LaneMath.Sum(TLanes.Load(x)), Is.EqualTo(expected[0]));
        }
    }

    [Test]
    public void MaxFindsEveryLaneAndReportsNaN()
    {
        float* x = stackalloc float[16];
        for (int lane = 0; lane < 16; lane++)
        {
            new Span<float>(x, 16).Fill(-3f);
            x[lane] = 2f;
            Assert.That(TLanes.Max(TLanes.Load(x)), Is.EqualTo(2f));
            Assert.That(TLanes.AnyGreater(TLanes.Load(x), TLanes.Broadcast(1f)), Is.True);
            Assert.That(TLanes.AnyGreater(TLanes.Load(x), TLanes.Broadcast(2f)), Is.False);
            x[lane] = float.NaN;
            Assert.That(TLanes.Max(TLanes.Load(x)), Is.NaN);
        }
    }

    private static float Exp(float x) => Apply(LaneMath.Exp, x);

    private static float Apply(Func<TLanes, TLanes> function, float x)
    {
        float* result = stackalloc float[16];
        TLanes.Store(function(TLanes.Broadcast(x)), result);
        return result[5];
    }
}
