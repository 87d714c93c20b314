namespace SpecExecNative.CudaEmulator.Ptx;

/// <summary>A PTX module: its kernels, decoded, and its variables.</summary>
public sealed class PtxModule
{
    private PtxModule(Version version, int target)
    {
        Version = version;
        Target = target;
    }

    /// <summary>PTX ISA version of the text (<c>.version</c>), such as 8.4.</summary>
    public Version Version { get; }

    /// <summary>Compute capability that the text asks for (<c>.target sm_80</c> is 80).</summary>
    public int Target { get; }

    public IReadOnlyDictionary<string, PtxKernel> Kernels { get; } = new Dictionary<string, PtxKernel>();

    public IReadOnlyDictionary<string, PtxVariable> Variables { get; } = new Dictionary<string, PtxVariable>();

    /// <summary>Reads and decodes a module.</summary>
    /// <param name="ptx">The text; a closing NUL is allowed.</param>
    /// <exception cref="PtxException">Anything that is not known to the letter.</exception>
    public static PtxModule Parse(string ptx)
    {
        ArgumentNullException.ThrowIfNull(ptx);
        throw new PtxException(0, "", "the parser has not been written yet");
    }

    /// <summary>Tells the module where one of its variables lies.</summary>
    /// <param name="name">Name of the variable.</param>
    /// <param name="address">Its device address: that of a live block of kind ModuleGlobal.</param>
    /// <exception cref="ArgumentException">The module has no such variable.</exception>
    public void Bind(string name, ulong address)
    {
        if (!Variables.ContainsKey(name))
        {
            throw new ArgumentException($"The module has no variable '{name}'.", nameof(name));
        }
    }
}
