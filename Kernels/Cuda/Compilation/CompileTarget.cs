namespace SpecExecNative.Kernels.Cuda;

/// <summary>What NVRTC compiles for.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="IsMachineCode">True: machine code and PTX. False: PTX alone, which the driver translates.</param>
public readonly record struct CompileTarget(GpuArchitecture Architecture, bool IsMachineCode)
{
    /// <summary>As NVRTC's option has it.</summary>
    public string Option => $"--gpu-architecture={(IsMachineCode ? "sm" : "compute")}_{Architecture.Number}";

    /// <summary>
    /// The best that a compiler can do for a card: its own architecture, or an earlier one of its generation, whose machine
    /// code it runs; else PTX for the latest earlier generation. Null: it knows only later ones.
    /// </summary>
    public static CompileTarget? For(GpuArchitecture card, IReadOnlyCollection<GpuArchitecture> known)
    {
        GpuArchitecture[] usable = [.. known.Where(a => a <= card).Order()];
        if (usable.Length == 0)
        {
            return null;
        }

        GpuArchitecture best = usable[^1];
        return new CompileTarget(best, best.Major == card.Major);
    }

    public override string ToString() => $"{(IsMachineCode ? "sm" : "compute")}_{Architecture.Number}";
}
