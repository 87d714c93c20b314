namespace SpecExecNative.Loaders.Quantization.Writing;

/// <summary>What the linear modules of a <see cref="LinearGroup"/> do.</summary>
public enum LinearGroupKind
{
    /// <summary>Queries, keys and values, from the normed residual stream.</summary>
    Qkv,

    /// <summary>The attention's output projection.</summary>
    Output,

    /// <summary>The MLP's gate and up projections, from the normed residual stream.</summary>
    GateUp,

    /// <summary>The MLP's down projection.</summary>
    Down,
}
