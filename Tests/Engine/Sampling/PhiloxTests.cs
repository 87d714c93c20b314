using NUnit.Framework;
using SpecExecNative.Engine.Sampling;

namespace SpecExecNative.Tests.Engine.Sampling;

public sealed class PhiloxTests
{
    /// <summary>Known answers of Random123 (Salmon et al. 2011), file kat_vectors, philox4x32 with 10 rounds.</summary>
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [TestCase(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [TestCase(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void BlockGivesThePublishedAnswers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, string expected)
    {
        (uint r0, uint r1, uint r2, uint r3) = Philox.Block(c0, c1, c2, c3, k0, k1);

        Assert.That($"{r0:x8} {r1:x8} {r2:x8} {r3:x8}", Is.EqualTo(expected));
    }

    [Test]
    public void UniformIsAPureFunctionOfSeedAndPosition()
    {
        double draw = Philox.Uniform(7, 1000);
        Philox.Uniform(7, 999);

        Assert.That(Philox.Uniform(7, 1000), Is.EqualTo(draw));
        Assert.That(Philox.Uniform(7, 1001), Is.Not.EqualTo(draw));
        Assert.That(Philox.Uniform(8, 1000), Is.Not.EqualTo(draw));
        Assert.That(Philox.Uniform(7, (1L << 32) + 1000), Is.Not.EqualTo(draw));
        Assert.That(Philox.Uniform(7UL << 32, 1000), Is.Not.EqualTo(draw));
    }

    /// <summary>A draw of one purpose must not be a draw of another, or drafts would foretell their own verification.</summary>
    [Test]
    public void DrawsOfAPositionAreDistinct()
    {
        List<double> draws = [];
        foreach (DrawPurpose purpose in Enum.GetValues<DrawPurpose>())
        {
            for (int index = 0; index < 300; index++)
            {
                draws.AddRange(Enumerable.Range(0, 300).Select(step => Philox.Uniform(7, 1000, purpose, index, step)));
            }
        }

        Assert.That(draws.Distinct().Count(), Is.EqualTo(draws.Count));
        Assert.That(draws[0], Is.EqualTo(Philox.Uniform(7, 1000)), "plain decoding's");
    }

    [Test]
    public void UniformFillsTheUnitIntervalEvenly()
    {
        const int Draws = 100_000;
        const int Cells = 20;
        int[] counts = new int[Cells];
        for (int i = 0; i < Draws; i++)
        {
            counts[(int)(Philox.Uniform(42, i) * Cells)]++;
        }

        double chiSquare = counts.Sum(c => Math.Pow(c - ((double)Draws / Cells), 2) / ((double)Draws / Cells));

        // 19 degrees of freedom: 43.8 is the 0.1 % point. The seed is fixed, so this cannot flicker.
        Assert.That(chiSquare, Is.LessThan(43.8));
    }
}
