namespace SpecExecNative.Cli.Commands.Kernels;

/// <summary>Forms in which a kernel can be looked at.</summary>
internal enum KernelForm
{
    /// <summary>CUDA C++.</summary>
    Source,

    /// <summary>NVIDIA's portable assembly, text.</summary>
    Ptx,

    /// <summary>Machine code, an ELF file.</summary>
    Cubin,
}
