using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Execution.Decoding;
using SpecExecNative.CudaEmulator.Ptx.Syntax;

namespace SpecExecNative.CudaEmulator.Ptx;

/// <summary>A PTX module: its kernels, decoded, and its variables.</summary>
public sealed class PtxModule
{
    private readonly Dictionary<string, PtxKernel> _kernels = [];
    private readonly Dictionary<string, PtxVariable> _variables = [];
    private readonly Dictionary<string, ulong> _addresses = [];

    private PtxModule(Version version, int target)
    {
        Version = version;
        Target = target;
    }

    /// <summary>PTX ISA version of the text (<c>.version</c>), such as 8.4.</summary>
    public Version Version { get; }

    /// <summary>Compute capability that the text asks for (<c>.target sm_80</c> is 80).</summary>
    public int Target { get; }

    public IReadOnlyDictionary<string, PtxKernel> Kernels => _kernels;

    /// <summary>The module's .global and .const variables.</summary>
    public IReadOnlyDictionary<string, PtxVariable> Variables => _variables;

    /// <summary>Reads and decodes a module.</summary>
    /// <param name="ptx">The text; a closing NUL is allowed.</param>
    /// <exception cref="PtxException">Anything that is not known to the letter.</exception>
    public static PtxModule Parse(string ptx)
    {
        ArgumentNullException.ThrowIfNull(ptx);
        PtxText text = PtxParser.Parse(ptx);
        var module = new PtxModule(text.Version, text.Target);
        foreach (PtxDeclaration declaration in text.Scope.Variables.Values)
        {
            if (declaration.Space is "global" or "const")
            {
                module._variables.Add(declaration.Name, new PtxVariable(
                    declaration.Name,
                    Math.Max(1, declaration.Bytes),
                    declaration.Alignment,
                    declaration.Space == "const",
                    declaration.InitialBytes));
            }
        }

        foreach (PtxFunction function in text.Functions.Values)
        {
            if (function is { IsEntry: true, HasBody: true })
            {
                module._kernels.Add(function.Name, KernelBuilder.Build(text, function, module));
            }
        }

        return module;
    }

    /// <summary>Tells the module where one of its variables lies.</summary>
    /// <param name="name">Name of the variable.</param>
    /// <param name="address">Its device address: that of a live block of kind ModuleGlobal.</param>
    /// <exception cref="ArgumentException">The module has no such variable.</exception>
    public void Bind(string name, ulong address)
    {
        if (!_variables.ContainsKey(name))
        {
            throw new ArgumentException($"The module has no variable '{name}'.", nameof(name));
        }

        _addresses[name] = address;
    }

    internal ulong AddressOf(string variable) => _addresses.TryGetValue(variable, out ulong address)
        ? address
        : throw new KernelFault(FaultKind.InvalidLaunch, "", default, -1, "", $"variable {variable} has no memory yet");
}
