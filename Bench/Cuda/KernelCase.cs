using SpecExecNative.Bench.Cuda.Ops;
using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>Ops that are measured at a stretch.</summary>
/// <param name="Name">Unique for a model's shapes.</param>
/// <param name="Sources">The files of the kernels that it can come to.</param>
/// <param name="Ops">Makes them, one after the other; each lives until the next is asked for.</param>
internal sealed record KernelCase(string Name, IReadOnlyList<string> Sources, Func<OpSite, IEnumerable<KernelOp>> Ops)
{
    private const int GroupSize = 128; // of 4-bit weights

    private static readonly Int4Groups Groups = new(GroupSize, HasZeros: true);

    /// <summary>All cases of a model's layers.</summary>
    /// <param name="layer">The shapes.</param>
    /// <param name="element">What tables call the card's elements.</param>
    public static IEnumerable<KernelCase> Of(LayerShapes layer, string element)
    {
        WeightFormat[] formats = [new(element, null), new("int4", Groups)];
        foreach (WeightFormat format in formats)
        {
            foreach ((string Name, int Outputs, int Inputs) matrix in layer.Products)
            {
                string[] few = format.Groups is null ? ["linear_few.cu"] : [];
                yield return new($"linear, {format.Name}, {matrix.Name}", ["linear.cu", .. few, "linear_slices.cu", "linear_sum.cu"], site => new ProductOps(site, format).Linear(matrix));
            }

            yield return new($"swiglu, {format.Name}", ["swiglu.cu"], site => new ProductOps(site, format).SwiGlu());
        }

        foreach (int prefix in layer.Prefixes)
        {
            yield return new($"attention, prefix {prefix}", ["tree_attention.cu", "tree_attention_split.cu", "attention_merge.cu"], site => new AttentionOps(site).Attention(prefix));
        }

        foreach (int vocabulary in layer.Vocabularies)
        {
            yield return new($"top-k, vocabulary {vocabulary}", ["top_k_segments.cu", "top_k_merge.cu"], site => new TopKOps(site).TopK(vocabulary));
        }

        yield return Small("embed", site => new SmallOps(site).Embed());
        yield return Small("rms_norm", site => new SmallOps(site).RmsNorm());
        yield return Small("rotate_and_store", site => new SmallOps(site).RotateAndStore());
        yield return Small("gather_rows", site => new SmallOps(site).GatherRows());
        yield return Small("move_slots", site => new SmallOps(site).MoveSlots());
        yield return Small("dequantize", site => new WideningOps(site, Groups).Dequantize());
    }

    /// <summary>Cases that depend on no shape.</summary>
    public static IEnumerable<KernelCase> OfCard => [Small("collect", site => new HostOps(site).Collect()), Small("deliver", site => new HostOps(site).Deliver())];

    private static KernelCase Small(string kernel, Func<OpSite, IEnumerable<KernelOp>> ops) => new(kernel, [$"{kernel}.cu"], ops);
}
