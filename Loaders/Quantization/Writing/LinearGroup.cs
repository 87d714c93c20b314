using SpecExecNative.Loaders.HuggingFace;
using SpecExecNative.Loaders.Quantization.Formats;

namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>Linear modules of a layer that take the same input, and so are quantized alike or not at all.</summary>
/// <param name="Kind">Which of the four.</param>
/// <param name="Modules">Names inside a layer, e.g. <c>mlp.gate_proj</c>.</param>
/// <param name="Inputs">K.</param>
/// <param name="Outputs">N of each.</param>
public sealed record LinearGroup(LinearGroupKind Kind, IReadOnlyList<string> Modules, int Inputs, IReadOnlyList<int> Outputs)
{
    /// <summary>GPTQ packs eight inputs, and the zeros of eight outputs, to a word.</summary>
    public bool CanBePacked => Inputs % PackedNibbles.PerWord == 0 && Outputs.All(n => n % PackedNibbles.PerWord == 0);

    /// <summary>The weights' names in a dense checkpoint.</summary>
    public IEnumerable<string> WeightNames(int layer) => Modules.Select(module => $"model.layers.{layer}.{module}.weight");

    /// <summary>The four groups of a layer, in the order in which a pass uses them.</summary>
    public static IReadOnlyList<LinearGroup> Of(ModelConfig config)
    {
        int queries = config.QueryHeads * config.HeadDim;
        int keys = config.KvHeads * config.HeadDim;
        return
        [
            new(LinearGroupKind.Qkv, ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], config.HiddenSize, [queries, keys, keys]),
            new(LinearGroupKind.Output, ["self_attn.o_proj"], queries, [config.HiddenSize]),
            new(LinearGroupKind.GateUp, ["mlp.gate_proj", "mlp.up_proj"], config.HiddenSize, [config.IntermediateSize, config.IntermediateSize]),
            new(LinearGroupKind.Down, ["mlp.down_proj"], config.IntermediateSize, [config.HiddenSize]),
        ];
    }
}
