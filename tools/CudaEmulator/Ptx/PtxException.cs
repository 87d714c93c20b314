namespace SpecExecNative.CudaEmulator.Ptx;

/// <summary>PTX that this emulator does not know to the letter: a syntax error, an unknown opcode, modifier or
/// operand count. It is thrown when a module is read, so that nothing is ever guessed while a kernel runs.</summary>
public sealed class PtxException(int line, string text, string reason)
    : Exception($"PTX line {line}: {reason}: {text}")
{
    /// <summary>Line of the PTX text, counted from 1; 0 where the text as a whole is at fault.</summary>
    public int Line => line;

    /// <summary>The statement at fault.</summary>
    public string Text => text;
}
