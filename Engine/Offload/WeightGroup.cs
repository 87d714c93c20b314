namespace SpecExecNative.Engine.Offload;

/// <summary>
/// A layer's weights in the parts that are copied, awaited and given back together: the matrices between two points of a pass, with the
/// vectors that go with them. In the order in which a pass uses them, which is the order of their bytes.
/// </summary>
public enum WeightGroup
{
    /// <summary>Norm, q, k, v and output projection.</summary>
    Attention,

    /// <summary>Norm, gate and up.</summary>
    GateUp,

    /// <summary>Down.</summary>
    Down,
}
