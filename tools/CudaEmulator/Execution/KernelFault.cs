namespace SpecExecNative.CudaEmulator.Execution;

#pragma warning disable CA1710 // A fault is what the field calls it.
/// <summary>A finding in a running kernel: what, where, and by whom.</summary>
public sealed class KernelFault : Exception
#pragma warning restore CA1710
{
    public KernelFault(FaultKind kind, string kernel, (int X, int Y, int Z) block, int thread, string sourceLine, string finding)
        : base($"[{kind}] kernel {kernel} block ({block.X},{block.Y},{block.Z})"
            + (thread >= 0 ? $" thread {thread}" : "") + $": {finding}" + (sourceLine.Length > 0 ? $" at {sourceLine}" : ""))
    {
        Kind = kind;
        Kernel = kernel;
        Block = block;
        Thread = thread;
        SourceLine = sourceLine;
    }

    public FaultKind Kind { get; }

    public string Kernel { get; }

    /// <summary>Index of the block in the grid.</summary>
    public (int X, int Y, int Z) Block { get; }

    /// <summary>Index of the thread in the block, x fastest; -1 where no single thread is at fault.</summary>
    public int Thread { get; }

    /// <summary><c>file:line</c> where the module was compiled with -lineinfo, else <c>ptx:line</c>.</summary>
    public string SourceLine { get; }
}
