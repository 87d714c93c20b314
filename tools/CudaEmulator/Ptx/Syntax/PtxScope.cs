using System.Globalization;

namespace SpecExecNative.CudaEmulator.Ptx.Syntax;

/// <summary>A declared register.</summary>
internal sealed record PtxRegister(string Name, PtxType Type)
{
    // Two registers of one name in two scopes are two registers.
    public bool Equals(PtxRegister? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>A declared <c>.shared</c>, <c>.local</c> or <c>.param</c> variable, or a module's.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Space">State space without the dot.</param>
/// <param name="Alignment">Alignment in bytes.</param>
/// <param name="Bytes">Size in bytes; 0 for an array of open size.</param>
/// <param name="IsExtern">Declared <c>.extern</c>: dynamic shared memory.</param>
internal sealed record PtxDeclaration(string Name, string Space, int Alignment, long Bytes, bool IsExtern)
{
    public byte[] InitialBytes { get; init; } = [];
}

/// <summary>The names of one pair of braces: registers, variables, labels and branch tables.</summary>
internal sealed class PtxScope(PtxScope? parent)
{
    private readonly Dictionary<string, PtxRegister> _registers = [];
    private readonly Dictionary<string, (PtxType Type, int Count)> _ranges = [];

    public Dictionary<string, PtxDeclaration> Variables { get; } = [];

    /// <summary>Label to index of the statement behind it.</summary>
    public Dictionary<string, int> Labels { get; } = [];

    /// <summary>Labels of a <c>.branchtargets</c> table.</summary>
    public Dictionary<string, IReadOnlyList<string>> BranchTables { get; } = [];

    public void Declare(string name, PtxType type) => _registers[name] = new PtxRegister(name, type);

    /// <summary>Declares <c>prefix0 … prefix(count-1)</c>.</summary>
    public void DeclareRange(string prefix, PtxType type, int count) => _ranges[prefix] = (type, count);

    public PtxRegister? FindRegister(string name)
    {
        if (_registers.TryGetValue(name, out PtxRegister? register))
        {
            return register;
        }

        int digits = name.Length;
        while (digits > 0 && char.IsAsciiDigit(name[digits - 1]))
        {
            digits--;
        }

        bool inRange = digits < name.Length
            && _ranges.TryGetValue(name[..digits], out (PtxType Type, int Count) range)
            && int.TryParse(name.AsSpan(digits), CultureInfo.InvariantCulture, out int index)
            && index < range.Count;
        if (inRange)
        {
            register = new PtxRegister(name, _ranges[name[..digits]].Type);
            _registers.Add(name, register);
            return register;
        }

        return parent?.FindRegister(name);
    }

    public PtxDeclaration? FindVariable(string name) =>
        Variables.TryGetValue(name, out PtxDeclaration? found) ? found : parent?.FindVariable(name);

    public int? FindLabel(string name) => Labels.TryGetValue(name, out int at) ? at : parent?.FindLabel(name);

    public IReadOnlyList<string>? FindBranchTable(string name) =>
        BranchTables.TryGetValue(name, out IReadOnlyList<string>? found) ? found : parent?.FindBranchTable(name);
}
