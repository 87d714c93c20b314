namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>An <c>.entry</c> or <c>.func</c> as it is written.</summary>
internal sealed class PtxFunction(string name, bool isEntry, int line, PtxScope moduleScope)
{
    public string Name => name;

    public bool IsEntry => isEntry;

    public int Line => line;

    /// <summary>Scope of the whole function; the module's names lie above it.</summary>
    public PtxScope Scope { get; } = new(moduleScope);

    /// <summary>Formal parameters in order.</summary>
    public List<PtxDeclaration> Parameters { get; } = [];

    /// <summary>Formal results of a <c>.func</c>.</summary>
    public List<PtxDeclaration> Results { get; } = [];

    public List<PtxStatement> Body { get; } = [];

    /// <summary>Variables declared anywhere in the body.</summary>
    public List<PtxDeclaration> Locals { get; } = [];

    public int MaxThreads { get; set; } = 1024;

    /// <summary>False for a forward declaration.</summary>
    public bool HasBody { get; set; }
}
