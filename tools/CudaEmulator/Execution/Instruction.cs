namespace SpecExecNative.CudaEmulator.Execution;

internal enum InstructionKind : byte
{
    /// <summary>Runs for the lanes that are there.</summary>
    Ordinary,

    /// <summary>Waits until its member lanes are there: shuffles, votes, matrix operations.</summary>
    Collective,
    Branch,
    IndexedBranch,
    Exit,
    Barrier,
}

internal enum PredicateCombine : byte
{
    None,
    And,
    Or,
    Xor,
}

internal enum StateSpace : byte
{
    Generic,
    Global,
    Shared,
    Local,
    Constant,
}

internal enum BarrierKind : byte
{
    Sync,
    Arrive,
    Popc,
    And,
    Or,
}

/// <summary>How strongly a memory access orders (PTX ISA, "Memory Consistency Model").</summary>
internal enum AccessOrder : byte
{
    /// <summary>A plain access: a data race is an error.</summary>
    Weak,

    /// <summary>Volatile or relaxed, and atomics by default: may race with its like.</summary>
    Relaxed,
    Acquire,
    Release,
    AcquireRelease,
}

/// <summary>A decoded instruction. Operands are byte offsets into the warp's registers; which of the fields mean
/// something, the handler says.</summary>
internal sealed unsafe class Instruction
{
    public InstructionKind Kind;
    public PredicateCombine Combine;
    public StateSpace Space;
    public BarrierKind Barrier;
    public AccessOrder Order;

    /// <summary>What the instruction does for the lanes of the mask.</summary>
    public delegate*<Warp, Instruction, uint, void> Execute;

    public int D = -1;
    public int A = -1;
    public int B = -1;
    public int C = -1;
    public int E = -1;

    /// <summary>Registers of vector operands, in the order that the handler says.</summary>
    public int[] Vector = [];

    /// <summary>Predicate that guards the instruction, or -1.</summary>
    public int Guard = -1;
    public bool GuardNegated;
    public bool ThirdNegated;

    /// <summary>Register of a collective's member mask; -1: the whole warp.</summary>
    public int Members = -1;

    /// <summary>The member mask where it is a literal, else 0.</summary>
    public uint ConstantMembers;

    /// <summary>bar.warp.sync: the members may stand at different ones.</summary>
    public bool MeetsAnywhere;

    /// <summary>Bytes added to an address; a small constant of other instructions.</summary>
    public long Offset;

    /// <summary>Bytes added to the source address of a cp.async.</summary>
    public long SourceOffset;

    /// <summary>Bytes of one element of a memory access; of a cp.async, all of its bytes.</summary>
    public int Width;

    /// <summary>Whether the address register has 64 bits.</summary>
    public bool WideAddress;

    /// <summary>Whether the source of a conversion has 64 bits, of which its type may be fewer.</summary>
    public bool WideSource;
    public bool Flag;
    public Arithmetic.Conversion Conversion;
    public int Target = -1;
    public int[] Targets = [];

    public int PtxLine;
    public string Source = "";
    public string Text = "";
}
