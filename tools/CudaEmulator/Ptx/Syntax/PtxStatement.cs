namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>Where in the CUDA source a statement comes from (<c>.loc</c>): file and line, and the place it was inlined
/// at; file 0 where that is not known.</summary>
internal readonly record struct PtxSource(long File, long Line, long CallerFile, long CallerLine)
{
    public string Describe(IReadOnlyDictionary<long, string> files)
    {
        if (File == 0)
        {
            return "";
        }

        string inner = $"{files.GetValueOrDefault(File, "?")}:{Line}";
        return CallerFile == 0 ? inner : $"{inner} (inlined at {files.GetValueOrDefault(CallerFile, "?")}:{CallerLine})";
    }
}

/// <summary>One instruction as it is written.</summary>
/// <param name="Line">Line of the PTX text.</param>
/// <param name="Source">Line of the CUDA source that the last <c>.loc</c> names.</param>
/// <param name="Scope">Where its names are looked up.</param>
/// <param name="Opcode">Opcode with all modifiers.</param>
/// <param name="Operands">Operands in order.</param>
internal sealed record PtxStatement(
    int Line,
    PtxSource Source,
    PtxScope Scope,
    string Opcode,
    IReadOnlyList<PtxOperand> Operands)
{
    /// <summary>Name of the predicate that guards it, or null.</summary>
    public string? Guard { get; init; }

    public bool GuardNegated { get; init; }

    public PtxException Error(string reason) => new(Line, Opcode, reason);
}
