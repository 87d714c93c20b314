namespace SpecExecNative.CudaEmulator.Execution.Decoding;

/// <summary>A register that holds the same value in every lane from the launch on.</summary>
/// <param name="Register">Byte offset.</param>
/// <param name="Wide">Whether it has 64 bits.</param>
/// <param name="Bits">The value.</param>
internal readonly record struct ConstantRegister(int Register, bool Wide, ulong Bits);

/// <summary>A register that holds the address of a module's variable, known when it is bound.</summary>
internal readonly record struct VariableRegister(int Register, string Variable);

/// <summary>A register that holds a special one, such as <c>%tid.x</c>.</summary>
internal readonly record struct SpecialRegister(int Register, string Name);

/// <summary>A shared variable and where it lies.</summary>
internal readonly record struct SharedVariable(string Name, int Start, int End);

/// <summary>What a block needs to know of its kernel.</summary>
internal sealed class KernelProgram
{
    public required Instruction[] Code { get; init; }

    /// <summary>Bytes of a warp's registers.</summary>
    public required int RegisterBytes { get; init; }

    public required ConstantRegister[] Constants { get; init; }

    public required VariableRegister[] Variables { get; init; }

    public required SpecialRegister[] Specials { get; init; }

    public required SharedVariable[] Shared { get; init; }

    /// <summary>Where dynamic shared memory begins; the variables lie below it, with gaps that nobody may touch.</summary>
    public required int DynamicSharedStart { get; init; }

    /// <summary>Bytes of local memory of one thread, with what calls pass.</summary>
    public required int LocalBytes { get; init; }
}
