using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>The kernels that are top-k together: the naive one, or one for segments and one that merges.</summary>
/// <param name="First">Naive, or of segments.</param>
/// <param name="Merge">Null after the naive one.</param>
internal sealed record TopKKernels(KernelVariant First, KernelVariant? Merge)
{
    /// <summary>Of every generation.</summary>
    public static IEnumerable<TopKKernels> All => Pairs.Concat(VariantCases.Of("top_k").Select(naive => new TopKKernels(naive, null)));

    /// <summary>The fast ones of every generation.</summary>
    public static IEnumerable<TopKKernels> Pairs => new[] { KernelGeneration.Turing, KernelGeneration.Ampere }.Select(g => Pair(KernelTable.For(g)));

    /// <summary>A text in the place of a source.</summary>
    public string? FirstSource { get; init; }

    /// <inheritdoc cref="FirstSource"/>
    public string? MergeSource { get; init; }

    public ExecutionOptions Options { get; init; } = ExecutionOptions.Default;

    public static TopKKernels Pair(KernelTable table) => new(table.TopKSegments(), table.TopKMerge());

    /// <summary>A sort, and sums in double.</summary>
    public static (int[] Ids, double[] Logs) Expected(float[] row, int k, float temperature)
    {
        int[] ids = [.. Enumerable.Range(0, row.Length).OrderByDescending(id => row[id] + 0f).ThenBy(id => id).Take(k)];
        double max = row.Max();
        double logSum = Math.Log(row.Sum(logit => Math.Exp((logit - max) / temperature)));
        return (ids, [.. ids.Select(id => ((row[id] - max) / temperature) - logSum)]);
    }

    /// <summary>Rows lie <paramref name="padding"/> floats apart, which are NaN.</summary>
    public (int[] Ids, float[] Logs) Run(float[][] rows, int vocabulary, int k, float temperature, int padding = 3)
    {
        using var lab = new KernelLab(First, FirstSource) { Options = Options };
        int stride = vocabulary + padding;
        ulong logits = lab.Upload<float>([.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(float.NaN, padding)))]);
        ulong ids = lab.Allocate<int>(rows.Length * k);
        ulong logs = lab.Allocate<float>(rows.Length * k);
        if (Merge is null)
        {
            lab.Launch(rows.Length, 1, logits, stride, vocabulary, temperature, k, ids, logs);
        }
        else
        {
            int segments = (vocabulary + KernelTable.TopKSegment - 1) / KernelTable.TopKSegment;
            ulong candidates = lab.Allocate<ulong>(rows.Length * segments * k);
            ulong maxima = lab.Allocate<float>(rows.Length * segments);
            ulong sums = lab.Allocate<float>(rows.Length * segments);
            lab.Launch(rows.Length, segments, logits, stride, vocabulary, temperature, k, candidates, maxima, sums);

            using var merge = new KernelLab(Merge, MergeSource, lab) { Options = Options };
            int blocks = ((segments * k) + Merge.Threads - 1) / Merge.Threads;
            merge.Launch(rows.Length, blocks, candidates, maxima, sums, segments, temperature, k, ids, logs);
        }

        return (lab.Download<int>(ids, rows.Length * k), lab.Download<float>(logs, rows.Length * k));
    }

    public override string ToString() => $"{First.Generation} {First.Name}";
}
