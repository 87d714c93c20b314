using SpecExecNative.CudaEmulator.Ptx.Syntax;

namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>One expansion of a function: the kernel's own, or a call's. Calls are expanded in place, each with registers
/// of its own, so a warp needs no call stack.</summary>
internal sealed class Frame(PtxFunction function, Frame? caller)
{
    public PtxFunction Function => function;

    public Frame? Caller => caller;

    public Dictionary<PtxRegister, int> Registers { get; } = [];

    /// <summary>Offsets in local memory of the frame's variables and of what it passes to calls.</summary>
    public Dictionary<PtxDeclaration, int> Locals { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Index of the first instruction of each statement, and behind them the frame's end.</summary>
    public int[] Starts { get; } = new int[function.Body.Count + 1];

    public List<(Instruction Instruction, PtxStatement Statement, string[] Labels)> Jumps { get; } = [];

    public List<Instruction> Returns { get; } = [];
}
