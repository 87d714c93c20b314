using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// One layer's weights as the ops take them: views into the layer's blob, wherever that lies.
/// D hidden size, F intermediate size, H query heads, G kv heads, h head size.
/// </summary>
/// <param name="AttentionNorm">F32 <c>[1, D]</c>.</param>
/// <param name="Qkv"><c>[(H + 2G)·h, D]</c>: q, k and v stacked.</param>
/// <param name="QkvBias">F32 <c>[1, (H + 2G)·h]</c>, or null.</param>
/// <param name="QueryKeyNorm">Per-head norm of q and k, or null.</param>
/// <param name="Output"><c>[D, H·h]</c>.</param>
/// <param name="OutputBias">F32 <c>[1, D]</c>, or null.</param>
/// <param name="MlpNorm">F32 <c>[1, D]</c>.</param>
/// <param name="Gate"><c>[F, D]</c>.</param>
/// <param name="Up"><c>[F, D]</c>.</param>
/// <param name="Down"><c>[D, F]</c>.</param>
public sealed record LayerWeights(
    DeviceTensor AttentionNorm,
    WeightMatrix Qkv,
    DeviceTensor? QkvBias,
    QueryKeyNorm? QueryKeyNorm,
    WeightMatrix Output,
    DeviceTensor? OutputBias,
    DeviceTensor MlpNorm,
    WeightMatrix Gate,
    WeightMatrix Up,
    WeightMatrix Down)
{
    /// <summary>I32 <c>[1, D]</c>: the order in which q, k and v take their inputs; null: as they are.</summary>
    public DeviceTensor? AttentionOrder { get; init; }

    /// <summary>I32 <c>[1, H·h]</c>: where the output projection has attention's columns; null: where they are.</summary>
    public DeviceTensor? OutputPlaces { get; init; }

    /// <summary>I32 <c>[1, D]</c>: the order in which gate and up take their inputs; null: as they are.</summary>
    public DeviceTensor? MlpOrder { get; init; }
}
