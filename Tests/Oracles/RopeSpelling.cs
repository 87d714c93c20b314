namespace SpecExecNative.Tests.Oracles;

/// <summary>How a config.json says which RoPE it wants.</summary>
public enum RopeSpelling
{
    /// <summary><c>rope_theta</c> and <c>rope_scaling</c> with <c>rope_type</c>; <c>torch_dtype</c>.</summary>
    Classic,

    /// <summary>As <see cref="Classic"/>, but the scaling's kind is called <c>type</c>, as before transformers 4.43.</summary>
    OldType,

    /// <summary>Transformers 5: <c>rope_parameters</c> holds θ and the scaling; <c>dtype</c>; <c>layer_types</c> in Qwen.</summary>
    Parameters,
}
