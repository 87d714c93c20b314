using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>A batch for tree attention, its result by a kernel and by a softmax in double over each token's visible keys.</summary>
/// <param name="Element">Of everything.</param>
/// <param name="QueryHeads">A multiple of <paramref name="KvHeads"/>.</param>
/// <param name="KvHeads">Heads of the cache.</param>
/// <param name="HeadDim">Elements per head.</param>
/// <param name="Window">0: none.</param>
/// <param name="Slots">Capacity of the cache.</param>
internal sealed record AttentionBatch(DType Element, int QueryHeads, int KvHeads, int HeadDim, int Window, int Slots)
{
    /// <summary>What each row sees: the slots of its positions, of which the first so many are the prefix.</summary>
    public IReadOnlyList<(int Prefix, int[] Path)> Tokens { get; init; } = [];

    /// <summary>[token][query head][head dim].</summary>
    public float[] Queries { get; init; } = [];

    /// <summary>[kv head][slot][head dim]; NaN where nobody may look.</summary>
    public float[] Keys { get; init; } = [];

    public float[] Values { get; init; } = [];

    public float Scale => 1 / MathF.Sqrt(HeadDim);

    private int RowLength => QueryHeads * HeadDim;

    /// <summary>Fills queries, and keys and values of the slots that some token sees; NaN in the others.</summary>
    public AttentionBatch Filled(int seed)
    {
        var random = new Random(seed);
        var seen = Tokens.SelectMany(token => Enumerable.Range(0, token.Prefix).Concat(token.Path)).ToHashSet();
        return this with
        {
            Queries = ElementFormat.Round(Element, Numbers.Normal(random, Tokens.Count * RowLength)),
            Keys = Poisoned(Numbers.Normal(random, KvHeads * Slots * HeadDim), seen),
            Values = Poisoned(Numbers.Normal(random, KvHeads * Slots * HeadDim), seen),
        };
    }

    /// <summary>Some rows of this batch, in any order and number.</summary>
    public AttentionBatch Pick(params int[] rows) => this with
    {
        Tokens = [.. rows.Select(row => Tokens[row])],
        Queries = [.. rows.SelectMany(row => Queries[(row * RowLength)..((row + 1) * RowLength)])],
    };

    public ushort[] Run(KernelVariant variant)
    {
        using var lab = new KernelLab(variant);
        return Run(lab, variant);
    }

    /// <summary>Where each column of a token's output is stored; null: where it belongs.</summary>
    public int[]? Places { get; init; }

    public ushort[] Run(KernelLab lab, KernelVariant variant)
    {
        ulong output = lab.Allocate<ushort>(Tokens.Count * RowLength);
        Launch(lab, variant, 1, [output], [Places is null ? 0UL : lab.Upload(Places)]);
        return lab.Download<ushort>(output, Tokens.Count * RowLength);
    }

    /// <summary>Attention in parts, and their merge.</summary>
    public ushort[] RunSplit(KernelTable table, int splits, string? splitSource = null, string? mergeSource = null)
    {
        int rows = Tokens.Count * QueryHeads;
        using var splitLab = new KernelLab(table.TreeAttentionSplit(Element, HeadDim), splitSource);
        ulong partials = splitLab.Allocate<float>(splits * rows * HeadDim);
        ulong statistics = splitLab.Allocate<float>(splits * rows * 2);
        Launch(splitLab, table.TreeAttentionSplit(Element, HeadDim), splits, [partials, statistics], []);

        using var mergeLab = new KernelLab(table.AttentionMerge(Element), mergeSource);
        ulong output = mergeLab.Allocate<ushort>(rows * HeadDim);
        mergeLab.Launch(
            rows, 1,
            mergeLab.Upload(splitLab.Download<float>(partials, splits * rows * HeadDim)), mergeLab.Upload(splitLab.Download<float>(statistics, splits * rows * 2)),
            output, rows, HeadDim, splits, QueryHeads, Places is null ? 0UL : mergeLab.Upload(Places));
        return mergeLab.Download<ushort>(output, rows * HeadDim);
    }

    private void Launch(KernelLab lab, KernelVariant variant, int splits, object[] outputs, object[] places)
    {
        int[] starts = new int[Tokens.Count + 1];
        for (int i = 0; i < Tokens.Count; i++)
        {
            starts[i + 1] = starts[i] + Tokens[i].Path.Length;
        }

        int packedRows = Tokens.Count * (QueryHeads / KvHeads);
        lab.Launch(
            ((packedRows + variant.TileRows - 1) / variant.TileRows, KvHeads, splits),
            [
                lab.Upload(ElementFormat.Encode(Element, Queries)), lab.Upload(ElementFormat.Encode(Element, Keys)), lab.Upload(ElementFormat.Encode(Element, Values)),
                lab.Upload(Tokens.Select(token => token.Prefix).ToArray()), lab.Upload(starts), lab.Upload(Tokens.SelectMany(token => token.Path).ToArray()),
                .. outputs, Tokens.Count, QueryHeads, KvHeads, Slots, Window, Scale, .. places,
            ]);
    }

    public double[] Expected()
    {
        double[] output = new double[Tokens.Count * RowLength];
        for (int token = 0; token < Tokens.Count; token++)
        {
            int[] slots = [.. Enumerable.Range(0, Tokens[token].Prefix), .. Tokens[token].Path];
            int[] visible = Window > 0 && slots.Length > Window ? slots[^Window..] : slots;
            for (int head = 0; head < QueryHeads; head++)
            {
                AddHead(output.AsSpan((token * RowLength) + (head * HeadDim), HeadDim), (token * RowLength) + (head * HeadDim), head / (QueryHeads / KvHeads), visible);
            }
        }

        return output;
    }

    private void AddHead(Span<double> output, int query, int kvHead, int[] visible)
    {
        double[] weights = [.. visible.Select(slot => Math.Exp(Score(query, At(kvHead, slot))))];
        double sum = weights.Sum();
        for (int i = 0; i < visible.Length; i++)
        {
            for (int d = 0; d < HeadDim; d++)
            {
                output[d] += weights[i] / sum * Values[At(kvHead, visible[i]) + d];
            }
        }
    }

    private double Score(int query, int key)
    {
        double sum = 0;
        for (int d = 0; d < HeadDim; d++)
        {
            sum += (double)Queries[query + d] * Keys[key + d];
        }

        return sum / Math.Sqrt(HeadDim);
    }

    private int At(int kvHead, int slot) => ((kvHead * Slots) + slot) * HeadDim;

    private float[] Poisoned(float[] values, HashSet<int> seen)
    {
        float[] rounded = ElementFormat.Round(Element, values);
        for (int i = 0; i < rounded.Length; i++)
        {
            rounded[i] = seen.Contains(i / HeadDim % Slots) ? rounded[i] : float.NaN;
        }

        return rounded;
    }
}
