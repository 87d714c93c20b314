using System.Text;
using NUnit.Framework;
using SpecExecNative.Bench.Cuda;
using SpecExecNative.Bench.Cuda.Files;
using SpecExecNative.Bench.Cuda.Ops;
using SpecExecNative.Bench.Figures;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Bench.Cuda;

/// <summary>Bytes, shares, sets of data and twins, on numbers that can be checked by hand.</summary>
public sealed class OpArithmeticTests
{
    private static readonly AttentionShape Shape = new(64, 8, 128, null);

    [Test]
    public void ACopyReadsAndWritesEveryByte() => Assert.That(Traffic.Copy(1L << 30), Is.EqualTo(2L << 30));

    [Test]
    public void KernelsMoveWhatTheyNeedOnce() => Assert.Multiple(() =>
    {
        Assert.That(Traffic.Embed(3, 100), Is.EqualTo(3 * ((100 * 2) + (100 * 4) + 4)));
        Assert.That(Traffic.GatherRows(3, 100), Is.EqualTo(3 * (400 + 400 + 4)));
        Assert.That(Traffic.RmsNorm(3, 100), Is.EqualTo((3 * (400 + 200)) + 400));
        Assert.That(Traffic.RotateAndStore(2, Shape), Is.EqualTo(2 * ((80 * 128 * 6) + 512 + 8)));
        Assert.That(Traffic.MoveSlots(5, Shape), Is.EqualTo(5 * ((8 * 128 * 2 * 2 * 2) + 4)), "keys and values of eight heads, read and written");
        Assert.That(Traffic.Dequantize(1000, 4000), Is.EqualTo(5000));
    });

    [Test]
    public void AShareOfTheCeilingIsOfMedians()
    {
        // 1, 2 and 4 ms for 3 MB: 3, 1.5 and 0.75 GB/s, of a copy's 6.
        Figure figure = Samples.OfCosts([4e-3, 1e-3, 2e-3]).Rates(3e6 / 1e9).Figure("moved", "GB/s").Against(CardLimits.CopyName, 6);
        Assert.Multiple(() =>
        {
            Assert.That(figure.Value, Is.EqualTo(1.5).Within(1e-12));
            Assert.That(figure.P95, Is.EqualTo(0.75).Within(1e-12), "the slow side");
            Assert.That(figure.References.Single().Ratio, Is.EqualTo(0.25).Within(1e-12));
        });
    }

    [TestCase(512L << 20, 1L << 30, 1)]
    [TestCase(100L << 20, 1L << 30, 2)]
    [TestCase(8L << 20, 1L << 30, 32)]
    [TestCase(1L, 1L << 30, 32)]
    [TestCase(12_288L, 65_536L, 5)]
    public void SetsOfDataPassByTheCacheAndFitIntoMemory(long bytes, long limit, int sets) => Assert.That(new Rotation(limit).Sets(bytes), Is.EqualTo(sets));

    [Test]
    public void StretchesHaveTheFirstRowAndTheLast() => Assert.Multiple(() =>
    {
        Assert.That(Stretch.Of(24, 8), Is.EqualTo(new[] { new Stretch(0, 24) }));
        Assert.That(Stretch.Of(4096, 8), Is.EqualTo(new[] { new Stretch(0, 8), new Stretch(2044, 8), new Stretch(4088, 8) }));
    });

    /// <summary>Parts of ops whose whole has a twin, copies, and the widening of 4-bit weights, which is the readable form itself.</summary>
    private static readonly string[] WithoutTwins =
    [
        "deliver.cu", "collect.cu", "top_k_segments.cu", "top_k_merge.cu", "linear_few.cu", "linear_slices.cu", "linear_sum.cu", "dequantize.cu", "tree_attention_split.cu", "attention_merge.cu",
    ];

    [TestCase(KernelGeneration.Turing)]
    [TestCase(KernelGeneration.Ampere)]
    public void EveryNaiveKernelIsTheTwinOfOneOfTheSameEntry(KernelGeneration generation)
    {
        KernelTable table = KernelTable.For(generation);
        var twins = new NaiveTwins(table);
        (KernelVariant Fast, KernelVariant Naive)[] pairs = [.. table.All.Where(v => !v.Source.StartsWith("Naive/", StringComparison.Ordinal)).Select(v => (v, twins.Of(v)))];
        Assert.Multiple(() =>
        {
            Assert.That(pairs.Where(p => p.Naive != p.Fast).Select(p => p.Naive.Entry), Is.EqualTo(pairs.Where(p => p.Naive != p.Fast).Select(p => p.Fast.Entry)));
            Assert.That(
                pairs.Where(p => p.Naive != p.Fast).Select(p => p.Naive).Distinct(),
                Is.EquivalentTo(table.All.Where(v => v.Source.StartsWith("Naive/", StringComparison.Ordinal) && v.Entry != "top_k")), "top-k's is launched by hand");
            Assert.That(
                pairs.Where(p => !twins.HasTwin(p.Fast) && !p.Fast.Constants.ContainsKey("WEIGHT_BITS")).Select(p => p.Fast.Source).Distinct(),
                Is.EquivalentTo(WithoutTwins),
                "a new kernel has a twin, or must not be its own reference");
            Assert.That(pairs.Where(p => p.Fast.Constants.ContainsKey("WEIGHT_BITS")).Select(p => p.Naive), Is.EqualTo(pairs.Select(p => p.Fast).Where(v => v.Constants.ContainsKey("WEIGHT_BITS"))));
        });
    }

    [Test]
    public void ParametersAreReadOutOfPtx()
    {
        byte[] ptx = Encoding.ASCII.GetBytes("""
            .visible .entry first(
            	.param .u64 .ptr .align 1 first_param_0,
            	.param .s32 first_param_1,
            	.param .align 8 .b8 first_param_2[16],
            	.param .f32 first_param_3
            )
            .maxntid 256, 1, 1
            { ret; }
            .visible .entry second()
            { ret; }
            """);
        Assert.Multiple(() =>
        {
            Assert.That(EntryParameters.Of(ptx, "first"), Is.EqualTo(new[] { "u64", "u32", "u8", "f32" }));
            Assert.That(EntryParameters.Of(ptx, "second"), Is.Empty);
            Assert.That(EntryParameters.Of(ptx, "third"), Is.Null);
            Assert.That(EntryParameters.Names(ptx), Is.EqualTo(new[] { "first", "second" }));
        });
    }
}
