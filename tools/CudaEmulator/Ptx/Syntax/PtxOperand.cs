namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

internal enum PtxOperandKind
{
    /// <summary>A register, a label or the name of a variable or function.</summary>
    Name,
    Integer,

    /// <summary>A float literal: 0f… holds 32 bits, 0d… and decimals 64.</summary>
    Single,
    Double,

    /// <summary><c>[base + offset]</c></summary>
    Address,

    /// <summary><c>{a, b, …}</c></summary>
    Vector,

    /// <summary><c>(a, b, …)</c> of a call.</summary>
    List,

    /// <summary><c>a|b</c></summary>
    Pair,
}

/// <summary>One operand as it is written.</summary>
internal sealed record PtxOperand(PtxOperandKind Kind)
{
    public string Name { get; init; } = "";

    /// <summary>A literal's bits, two's complement.</summary>
    public ulong Bits { get; init; }

    /// <summary>Bytes added to an address.</summary>
    public long Offset { get; init; }

    /// <summary>Written with a leading <c>!</c>.</summary>
    public bool Negated { get; init; }

    /// <summary>Elements of a vector, list or pair; the base of an address.</summary>
    public IReadOnlyList<PtxOperand> Elements { get; init; } = [];
}
