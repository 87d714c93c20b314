using System.Text.RegularExpressions;
using NUnit.Framework;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>
/// Whether the checks and references of these tests would notice: each of our kernels' planted bugs must end in a fault or in
/// wrong numbers, where the kernel as it is gives neither.
/// </summary>
public sealed partial class PlantedBugTests
{
    private static readonly KernelTable Table = KernelTable.For(KernelGeneration.Ampere);

    private static IEnumerable<TestCaseData> Bugs
        => PlantedBugs.All.Select(bug => new TestCaseData(bug.Kernel, bug.Text, bug.Replacement).SetArgDisplayNames(bug.Kernel, bug.Mistake));

    [TestCase("linear")]
    [TestCase("linear on Turing")]
    [TestCase("linear of int4")]
    [TestCase("dequantize")]
    [TestCase("linear_few")]
    [TestCase("linear_slices")]
    [TestCase("linear_sum")]
    [TestCase("tree_attention")]
    [TestCase("tree_attention_split")]
    [TestCase("attention_merge")]
    [TestCase("rms_norm")]
    [TestCase("top_k_segments")]
    [TestCase("top_k_merge")]
    public void KernelsAsTheyArePass(string kernel)
    {
        RequireCompiler();
        Assert.That(IsRight(kernel, Source(kernel)), Is.True);
    }

    [TestCaseSource(nameof(Bugs))]
    public void APlantedBugIsFound(string kernel, string text, string replacement)
    {
        RequireCompiler();
        string source = Source(kernel);
        Assert.That(Regex.Count(source, Regex.Escape(text)), Is.EqualTo(1), "the place of the bug");
        bool isRight;
        try
        {
            isRight = IsRight(kernel, source.Replace(text, replacement, StringComparison.Ordinal));
        }
        catch (KernelFault fault)
        {
            TestContext.Out.WriteLine(fault.Message);
            return;
        }

        Assert.That(isRight, Is.False);
    }

    private static void RequireCompiler()
    {
        if (!KernelLab.HasCompiler)
        {
            Assert.Ignore("Changed kernels need NVRTC: set SPECEXEC_NVRTC (tools/fetch-nvrtc.sh).");
        }
    }

    private static bool IsRight(string kernel, string source) => kernel switch
    {
        "linear" => LinearIsRight(Table.Linear(DType.F16, GemmTiles.Narrow32), source),
        "linear on Turing" => LinearIsRight(KernelTable.For(KernelGeneration.Turing).Linear(DType.F16, GemmTiles.Narrow32), source),
        "linear of int4" => Int4LinearIsRight(source),
        "dequantize" => WideningIsRight(source),
        "linear_few" => LinearIsRight(Table.Linear(DType.F16, FewRowsTile.Few16), source),
        "linear_slices" => SlicesAreRight(source, null),
        "linear_sum" => SlicesAreRight(null, source),
        "tree_attention" => AttentionIsRight(Table.TreeAttention(DType.F16, 16), source),
        "tree_attention_split" => SplitAttentionIsRight(source, null),
        "attention_merge" => SplitAttentionIsRight(null, source),
        "rms_norm" => NormIsRight(Table.RmsNorm(DType.F16), source),
        "top_k_segments" => TopKIsRight(TopKKernels.Pair(Table) with { FirstSource = source }),
        _ => TopKIsRight(TopKKernels.Pair(Table) with { MergeSource = source }),
    };

    /// <summary>More slices than stages, tiles that are not full, rows that are and that are not whole chunks.</summary>
    private static bool LinearIsRight(KernelVariant variant, string source)
        => new[] { (34, 70, 392), (3, 67, 77), (2, 9, 2568) }.All(shape =>
        {
            MatrixProduct product = MatrixProduct.Normal(DType.F16, shape.Item1, shape.Item2, shape.Item3, seed: 2);
            using var lab = new KernelLab(variant, source);
            return Numbers.NormalisedError(product.Linear(lab, variant), product.ExpectedLinear()) < 1e-10;
        });

    /// <summary>Groups of half a tile, with and without zeros; rows, columns and depth that end amid a tile.</summary>
    private static bool Int4LinearIsRight(string source)
        => new[] { true, false }.All(hasZeros =>
        {
            KernelVariant variant = Table.Int4Linear(DType.F16, GemmTiles.Narrow32);
            var weights = new Int4Weights(DType.F16, 70, 328, new Int4Groups(32, hasZeros), seed: 2);
            var product = new MatrixProduct(DType.F16, 34, 70, 328, Numbers.Normal(new Random(3), 34 * 328), weights.Elements, []);
            using var lab = new KernelLab(variant, source);
            return Numbers.NormalisedError(Int4LinearTests.Run(variant, product, weights, lab), product.ExpectedLinear()) < 1e-10;
        });

    private static bool WideningIsRight(string source)
    {
        var weights = new Int4Weights(DType.F16, 18, 72, new Int4Groups(32, HasZeros: true), seed: 2);
        using var lab = new KernelLab(Table.Dequantize(DType.F16), source);
        ulong output = lab.Allocate<ushort>(18 * 72);
        lab.Launch(18, 1, lab.Upload(weights.Packed), output, 18, 72, 32, 1, 72);
        return ElementFormat.Decode(DType.F16, lab.Download<ushort>(output, 18 * 72)).SequenceEqual(weights.Elements);
    }

    private static bool SlicesAreRight(string? products, string? sum)
        => new[] { (3, 66, 330), (2, 67, 200) }.All(shape =>
        {
            MatrixProduct product = MatrixProduct.Normal(DType.F16, shape.Item1, shape.Item2, shape.Item3, seed: 2);
            float[] actual = new SlicedProduct(product, Table, DType.F16) { ProductSource = products, SumSource = sum }.Linear(slices: 3);
            return Numbers.NormalisedError(actual, product.ExpectedLinear()) < 1e-10;
        });

    /// <summary>Three shared blocks, own blocks, two query heads a token; without and with a window.</summary>
    private static bool AttentionIsRight(KernelVariant variant, string source)
        => new[] { 0, 70 }.All(window =>
        {
            AttentionBatch batch = TreeAttentionTests.RandomTree(DType.F16, 16, group: 2, kvHeads: 1, window, prefix: 105, nodes: 10, seed: 3).Filled(4);
            using var lab = new KernelLab(variant, source);
            return Numbers.NormalisedError(ElementFormat.Decode(DType.F16, batch.Run(lab, variant)), batch.Expected()) < 2e-6;
        });

    /// <summary>Parts that end in the prefix and in the paths; a row that sees nothing in most of them.</summary>
    private static bool SplitAttentionIsRight(string? split, string? merge)
    {
        AttentionBatch tree = TreeAttentionTests.RandomTree(DType.F16, 16, group: 2, kvHeads: 1, window: 0, prefix: 105, nodes: 60, seed: 3);
        AttentionBatch batch = (tree with { Tokens = [.. tree.Tokens, (1, [])] }).Filled(4);
        return Numbers.NormalisedError(ElementFormat.Decode(DType.F16, batch.RunSplit(Table, 4, split, merge)), batch.Expected()) < 2e-6;
    }

    private static bool NormIsRight(KernelVariant variant, string source)
    {
        using var lab = new KernelLab(variant, source);
        float[] input = Numbers.Normal(new Random(1), 1030);
        ulong output = lab.Allocate<float>(input.Length);
        lab.Launch(1, 1, lab.Upload(input), lab.Upload([.. Enumerable.Repeat(1f, input.Length)]), 0f, output, input.Length, 0, 0UL);
        double root = Math.Sqrt(input.Average(x => (double)x * x));
        return Numbers.NormalisedError(lab.Download<float>(output, input.Length), [.. input.Select(x => x / root)]) < 1e-10;
    }

    /// <summary>
    /// Two segments, the second with one whole quad and a part of one. Ties in and across them, few and many chosen; too many
    /// candidates; rows without probability in one segment; rows that are no distribution.
    /// </summary>
    private static bool TopKIsRight(TopKKernels kernels)
    {
        var random = new Random(5);
        int vocabulary = KernelTable.TopKSegment + 6;
        float[] coarse = [.. Enumerable.Range(0, vocabulary).Select(_ => random.Next(-900, 1) * (random.Next(2) == 0 ? 1f : -0f) / 100)];
        coarse[^1] = 3;
        float[] maskedFirst = [.. coarse.Select((logit, id) => id < KernelTable.TopKSegment ? float.NegativeInfinity : logit)];
        float[] maskedSecond = [.. coarse.Select((logit, id) => id < KernelTable.TopKSegment ? logit : float.NegativeInfinity)];
        float[] broken = [.. coarse.Select((logit, id) => id == 7 ? float.NaN : logit)];
        float[] impossible = [.. Enumerable.Repeat(float.NegativeInfinity, vocabulary)];
        return new[] { 1, 40, 200 }.All(k => IsRight([coarse, maskedFirst, maskedSecond, new float[vocabulary]], k))
            && kernels.Run([broken, impossible], vocabulary, 2, 1) is { Ids: [0, 1, 0, 1], Logs: [float.NaN, float.NaN, float.NaN, float.NaN] };

        bool IsRight(float[][] rows, int k)
        {
            (int[] ids, float[] logs) = kernels.Run(rows, vocabulary, k, 0.5f);
            return Enumerable.Range(0, rows.Length).All(row =>
            {
                (int[] expectedIds, double[] expectedLogs) = TopKKernels.Expected(rows[row], k, 0.5f);
                return ids.AsSpan(row * k, k).SequenceEqual(expectedIds)
                    && logs.Skip(row * k).Zip(expectedLogs).All(pair => pair.First == pair.Second || Math.Abs(pair.First - pair.Second) < 2e-5);
            });
        }
    }

    /// <summary>A kernel and all its headers in one text.</summary>
    private static string Source(string kernel)
    {
        var seen = new HashSet<string>();
        string Inlined(string name) => seen.Add(name)
            ? Include().Replace(KernelSources.Text(name).Replace("#pragma once\n", "", StringComparison.Ordinal), match => Inlined(match.Groups[1].Value))
            : "";
        return Inlined($"{kernel.Split(' ')[0]}.cu");
    }

    [GeneratedRegex("""#include "([^"]+)"\n""")]
    private static partial Regex Include();
}
