namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

internal enum PtxTokenKind
{
    /// <summary>Directive, opcode, register, label or name; modifiers stay part of the word.</summary>
    Word,
    Number,
    Text,
    Symbol,
    End,
}

internal readonly record struct PtxToken(PtxTokenKind Kind, string Value, int Line)
{
    public bool Is(char symbol) => Kind == PtxTokenKind.Symbol && Value[0] == symbol;

    public bool IsWord(string word) => Kind == PtxTokenKind.Word && Value == word;
}
